"""Decisions, tasks and inspections in any order a bureau may send them, held against a model of twenty lines."""

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kernel.decision import DecisionKind
from supervision.domain.decision import Outcome
from supervision.handlers import conclude_inspection, on_case_decided
from tests.fakes.supervised import an_inspection, decided
from tests.fakes.supervision import FakeDatabase, FakeWork, furnished

OBJECTS = st.sampled_from(["O1", "O2", "O3"])
GRANTING = st.sampled_from([DecisionKind.NEW, DecisionKind.CHANGE, DecisionKind.RENEW])
ENDING = st.sampled_from(sorted(kind for kind in DecisionKind if kind.ends_licence))


class Bureau(RuleBasedStateMachine):
    """The model knows, per object, whether a decision named it and whether a task is open."""

    def __init__(self) -> None:
        super().__init__()
        self.database: FakeDatabase = furnished()
        self.versions: Counter[str] = Counter()
        self.open: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.sent: list[tuple[Any, Any]] = []

    def does(self, handle: Any, message: Any) -> Any:
        work = FakeWork(self.database)
        answer = handle(work, message)
        work.commit()
        return answer

    def decides(self, object_no: str, **changes: Any) -> Outcome:
        self.versions[object_no] += 1
        version = self.versions[object_no]
        event = decided(f"{object_no}-{version}", object_no, version, **changes)
        self.sent.append((on_case_decided, event))
        outcome: Outcome = self.does(on_case_decided, event).outcome
        return outcome

    @rule(object_no=OBJECTS, kind=GRANTING)
    def grant(self, object_no: str, kind: DecisionKind) -> None:
        expected = Outcome.JOINED if object_no in self.open else Outcome.TASK
        assert self.decides(object_no, kind=kind) is expected
        self.open.add(object_no)
        self.counts.update(["granted", expected])

    @rule(object_no=OBJECTS, kind=GRANTING)
    def grant_what_nobody_linked(self, object_no: str, kind: DecisionKind) -> None:
        assert self.decides(object_no, kind=kind, item_code="9999") is Outcome.UNMATCHED
        self.counts.update(["granted", Outcome.UNMATCHED])

    @rule(object_no=OBJECTS, kind=ENDING)
    def end(self, object_no: str, kind: DecisionKind) -> None:
        expected = Outcome.CANCELLED if object_no in self.open else Outcome.ENDED
        assert self.decides(object_no, kind=kind) is expected
        self.open.discard(object_no)
        self.counts[expected] += 1

    @rule(object_no=OBJECTS)
    def take_over(self, object_no: str) -> None:
        assert self.decides(object_no, existing=True) is Outcome.REGISTERED

    @rule(object_no=OBJECTS)
    def inspect(self, object_no: str) -> None:
        self.counts["inspected"] += 1
        command = an_inspection(
            f"I{self.counts['inspected']}", object_no, object_version=self.versions[object_no] or None
        )
        self.sent.append((conclude_inspection, command))
        receipt = self.does(conclude_inspection, command)
        assert (receipt.ad_hoc, receipt.orphan) == (object_no not in self.open, not self.versions[object_no])
        self.open.discard(object_no)
        self.counts.update({"ad_hoc": receipt.ad_hoc, "orphan": receipt.orphan})

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_something_again(self, data: st.DataObject) -> None:
        said, tasks = len(self.database.said), dict(self.database.tasks)
        self.does(*data.draw(st.sampled_from(self.sent)))
        assert (len(self.database.said), self.database.tasks) == (said, tasks)

    @invariant()
    def open_tasks_are_those_of_the_model(self) -> None:
        assert sorted(t.object_no for t in self.database.tasks.values() if t.state.open) == sorted(self.open)

    @invariant()
    def the_figures_add_up(self) -> None:
        tasks = list(self.database.tasks.values())
        ad_hoc = sum(task.ad_hoc for task in tasks)
        assert ad_hoc == self.counts["ad_hoc"]
        joined, unmatched = self.counts[Outcome.JOINED], self.counts[Outcome.UNMATCHED]
        assert len(tasks) - ad_hoc + joined + unmatched == self.counts["granted"]
        assert len(self.database.decisions) == self.versions.total()
        assert sum(record.orphan for record in self.database.inspections.values()) == self.counts["orphan"]

    @invariant()
    def an_object_is_provisional_until_a_decision_names_it(self) -> None:
        for (_, object_no), entry in self.database.objects.items():
            assert (entry.provisional, entry.object_version) == (not self.versions[object_no], self.versions[object_no])


TestBureau = Bureau.TestCase
TestBureau.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
