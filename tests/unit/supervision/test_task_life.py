"""The life of a task against a model (任务一生): whatever happens in whatever order, nothing gets stuck, no clock is left.

The model (leads.py) says by hand where each verb leads; it does not read the table of transitions it is held against.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contracts.feedback import FeedbackRaised
from contracts.supervision import TaskEvent
from kernel.clock import china_day
from kernel.deadline import DeadlineState
from kernel.decision import DecisionKind
from kernel.inspection import TaskState
from kernel.limit import Limit
from kernel.refusal import Refusal
from kernel.sweep import TakeStep
from supervision import handlers
from supervision.domain.catalogue import Trigger
from supervision.domain.task import Task
from supervision.domain.transitions import TRANSITIONS
from supervision.domain.verbs import (
    HandOver,
    ResumeObject,
    SuspendObject,
)
from supervision.domain.words import Purpose
from tests.fakes.supervised import SOURCE, a_link, a_version, corrected, decided
from tests.fakes.supervision import FakeWork, furnished
from tests.unit.supervision.conftest import Office
from tests.unit.supervision.leads import (
    CANCELLED,
    CLOSED,
    DEPARTMENTS,
    KNOWN,
    LATER,
    LEADS,
    C,
    D,
    F,
    P,
    R,
    V,
    commands,
)


class TaskLife(RuleBasedStateMachine):
    """One object, two licences on it, two departments."""

    @initialize()
    def begin(self) -> None:
        limits: dict[str, Any] = {
            "claim_limit": Limit.parse("2wd"),
            "first_check_limit": Limit.parse("5wd"),
            "liaison": "liaison-1",
        }
        limits["feedback_limit"] = Limit.parse("1wd")
        every = frozenset({Trigger.NEW, Trigger.CHANGE, Trigger.RENEW, Trigger.COMMITMENT})
        ending = frozenset({Trigger.EXPIRE, Trigger.ANNUL, Trigger.REVOKE, Trigger.WITHDRAW})
        food = a_link(triggers=every, **limits)
        second = a_link("SECOND", item_code="1007", department="DEMO-FIRE", **limits)
        end = a_link("END", triggers=ending, checklist="OTHER-5", **limits)
        self.office = Office(furnished(a_version(food, second, end)))
        self.office.database.years = {year.year: year for year in KNOWN}
        self.model: dict[str, TaskState] = {}
        self.number = 1
        self.office.does(handlers.on_case_decided, decided(commitment=True))
        self._observe()

    @property
    def tasks(self) -> dict[str, Task]:
        return self.office.database.tasks

    def _next(self) -> int:
        self.number += 1
        return self.number

    @rule(kind=st.sampled_from(list(DecisionKind)), item=st.sampled_from(["1006", "1007"]), promised=st.booleans())
    def decide(self, kind: DecisionKind, item: str, promised: bool) -> None:  # noqa: FBT001 - drawn by name
        number = self._next()
        self.office.does(
            handlers.on_case_decided,
            decided(f"C{number}", object_version=number, kind=kind, item_code=item, commitment=promised),
        )
        for task_id, task in self.tasks.items():
            before = self.model.get(task_id)
            if before is None:
                assert task.state is P
                assert (task.purpose is Purpose.CESSATION) == kind.ends_licence
            elif task.purpose is Purpose.CESSATION or before is F:
                assert task.state is before
            elif not kind.ends_licence or task.items != (item,):
                assert task.state is before or (kind.ends_licence and task.state is CANCELLED)
            elif before.open:
                assert task.state is CANCELLED
        self._observe()

    @rule(item=st.sampled_from(["1006", "1007", "9999"]), existing=st.booleans())
    def correct(self, item: str, existing: bool) -> None:  # noqa: FBT001 - drawn by name
        number = self._next()
        case_id = next(iter(self.tasks.values())).case_id
        self.office.does(
            handlers.on_case_corrected,
            corrected(case_id, object_version=number, item_code=item, existing=existing, revision=number + 1, corrects_revision=number),
        )  # fmt: skip
        for task_id, before in self.model.items():
            assert self.tasks[task_id].state in {before, before if before is F else CANCELLED}
        self._observe()

    @precondition(lambda self: any(state.open for state in self.model.values()))
    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """A verb the model allows, on an open task: this is what leads deep into the life."""
        task_id = data.draw(st.sampled_from(sorted(each for each, state in self.model.items() if state.open)))
        allowed = [verb for verb, leads in LEADS.items() if self.model[task_id] in leads]
        self._use(task_id, data.draw(st.sampled_from(allowed)))

    @precondition(lambda self: any(state.open for state in self.model.values()))
    @rule(data=st.data())
    def go_on_without_closing(self, data: st.DataObject) -> None:
        """As above, leaving the shortcuts to the end aside."""
        task_id = data.draw(st.sampled_from(sorted(each for each, state in self.model.items() if state.open)))
        state = self.model[task_id]
        allowed = [verb for verb, leads in LEADS.items() if leads.get(state, CLOSED).open]
        self._use(task_id, data.draw(st.sampled_from(allowed)))

    @rule(data=st.data(), verb=st.sampled_from(list(LEADS)))
    def ask_for_anything(self, data: st.DataObject, verb: str) -> None:
        """Any verb on any task: most are refused, and a refusal changes nothing."""
        self._use(data.draw(st.sampled_from(sorted(self.model))), verb)

    def _use(self, task_id: str, verb: str) -> None:
        before = self.model[task_id]
        handle, command = commands(self.tasks[task_id], self._next(), china_day(self.office.now))[verb]
        database = self.office.database
        changes, said = len(database.changes), len(database.said)
        leads = LEADS[verb].get(before)
        refused = self._refusal(handle, command())
        if refused:
            event(f"{verb} from {before.value} refused: {refused}")
            wrong = {"task-not-open", "verb-not-now"} | ({"task-claimed"} if verb == "claim" else set())
            assert refused in (LATER if leads else LATER | wrong), (verb, before, refused)
            assert self.tasks[task_id].state is before
            assert (len(database.changes), len(database.said)) == (changes, said)
            return
        after = self.tasks[task_id].state
        event(f"{verb} from {before.value}")
        closes_by_telling = verb == "feed back" and before is F and after is CLOSED
        repeats = verb == "claim" and after is before is C
        assert after is leads or closes_by_telling or repeats, (verb, before, after)
        self._observe()

    def _refusal(self, handle: Callable[[Any, Any], Any], command: Any) -> str:
        try:
            self.office.does(handle, command)
        except Refusal as refusal:
            return refusal.code
        return ""

    @rule(on=st.booleans())
    def stand_still_or_resume(self, on: bool) -> None:  # noqa: FBT001 - drawn by name
        entry = self.office.database.objects[SOURCE, "O1"]
        of = {"source_system": SOURCE, "object_no": "O1", "reason": "说明", "by": "boss-1"}
        if bool(entry.standstill) == on:
            with pytest.raises(Refusal):
                self._stand(on, of)
            return
        self._stand(on, of)
        for task in self.tasks.values():
            stopped = {d.state for d in self._clocks(task)} - {DeadlineState.MET, DeadlineState.VOID}
            if task.purpose is Purpose.ROUTINE:
                assert stopped <= {DeadlineState.STOPPED if on else DeadlineState.RUNNING}
            else:
                assert stopped <= {DeadlineState.RUNNING}

    def _stand(self, on: bool, of: dict[str, str]) -> None:  # noqa: FBT001 - drawn by name
        if on:
            self.office.does(handlers.suspend_object, SuspendObject(**of, standstill="CLOSED"))
        else:
            self.office.does(handlers.resume_object, ResumeObject(**of))

    @rule(departments=st.booleans(), there=st.booleans())
    def hand_everything_over(self, departments: bool, there: bool) -> None:  # noqa: FBT001 - drawn by name
        """Every open task of a department or a person goes to another: where it stands does not change."""
        both = sorted(DEPARTMENTS) if departments else list(DEPARTMENTS["DEMO-FOOD"])
        giver, taker = both if there else reversed(both)
        tasks = tuple(self.tasks)
        command = HandOver(giver=giver, taker=taker, departments=departments, reason="说明", by="boss-1", tasks=tasks)
        receipt = self.office.does(handlers.hand_over, command)
        for task_id, before in self.model.items():
            task = self.tasks[task_id]
            assert task.state is before
            assert before.open or task_id not in receipt.moved
            left = task.department if departments else task.claimed_by
            assert left != giver or task_id in receipt.stayed or not before.open
        self._observe()

    @rule(hours=st.integers(min_value=1, max_value=24 * 12))
    def wait(self, hours: int) -> None:
        self.office.now += timedelta(hours=hours)
        sweep(self.office)
        for task_id, before in self.model.items():
            task = self.tasks[task_id]
            assert task.state is before or (before is P and task.state is C and task.claimed_automatically)
        self._observe()

    def _observe(self) -> None:
        self.model = {task_id: task.state for task_id, task in self.tasks.items()}

    def _clocks(self, task: Task) -> list[Any]:
        return [d for d in self.office.database.deadlines.values() if d.owner == task.task_id]

    @invariant()
    def no_clock_runs_in_a_final_state(self) -> None:
        for task in self.tasks.values():
            if not task.state.open:
                assert not [clock for clock in self._clocks(task) if clock.state.open]

    @invariant()
    def somebody_has_to_act_in_time(self) -> None:
        """What waits for somebody to say whose it is, or what was ordered, has one clock that says until when."""
        for task in self.tasks.values():
            kind = {P: "CLAIM", R: "ROUTE", D: "ARBITRATION", V: "RECTIFY"}.get(task.state)
            if kind:
                assert [clock.kind for clock in self._clocks(task) if clock.state.open and clock.kind == kind] == [kind]

    @invariant()
    def one_clock_of_a_kind_at_a_time(self) -> None:
        for task in self.tasks.values():
            going = [clock.kind for clock in self._clocks(task) if clock.state.open]
            assert len(going) == len(set(going))

    @invariant()
    def what_was_told_last_of_the_clocks_is_what_is_open(self) -> None:
        told = [each for each in self.office.database.said if isinstance(each, TaskEvent | FeedbackRaised)]
        said = {each.task_id: each.deadlines for each in told if each.deadlines is not None}
        for task in self.tasks.values():
            going = [clock for clock in self._clocks(task) if clock.state.open]
            last = {(each.kind, each.due_at, each.stopped) for each in said[task.task_id]}
            assert last == {(clock.kind, clock.due_at, clock.state is DeadlineState.STOPPED) for clock in going}

    @invariant()
    def every_change_left_its_trace(self) -> None:
        for task in self.tasks.values():
            trace = [change for change in self.office.database.changes if change.task_id == task.task_id]
            states = [P, *(change.after for change in trace)]
            assert [change.before for change in trace] == states[:-1]
            assert states[-1] is task.state

    @invariant()
    def one_open_task_per_place(self) -> None:
        places = [task.place for task in self.tasks.values() if task.state.open]
        assert len(places) == len(set(places))

    @invariant()
    def there_is_a_way_out(self) -> None:
        """From where a task stands, verbs people have lead to its end, tried out for each in turn."""
        for task_id, state in self.model.items():
            if state.open:
                assert ways_out(self.office, task_id), state


def ways_out(office: Office, task_id: str) -> bool:
    """Bring the task to its end on a copy."""
    work = FakeWork(office.database, office.now)
    for number in (900, 901):
        task = work.tasks.get(task_id)
        assert task
        department = sorted(DEPARTMENTS).index(task.department) + 900
        for verb in {P: ["claim"], R: ["route", "claim"], D: ["arbitrate", "claim"]}.get(task.state, []):
            task = work.tasks.get(task_id)
            assert task
            handle, command = commands(task, department, work.today)[verb]
            handle(work, command())
        task = work.tasks.get(task_id)
        assert task
        if not task.state.open:
            return True
        handle, command = commands(task, number, work.today)["close"]
        handle(work, command())
    task = work.tasks.get(task_id)
    return bool(task and not task.state.open)


def sweep(office: Office) -> None:
    """Take all that is due, the earliest first, as the sweeper does."""
    while due := sorted(
        (d.next_at, d.deadline_id) for d in office.database.deadlines.values() if d.next_at and d.next_at <= office.now
    ):
        office.does(handlers.take_step, TakeStep(due[0][1]))


TaskLife.TestCase.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
test_life = TaskLife.TestCase


@pytest.mark.nightly
def test_many_lives() -> None:
    run_state_machine_as_test(TaskLife, settings=settings(TaskLife.TestCase.settings, max_examples=200))


def test_the_table_says_what_the_model_says() -> None:
    """Every edge of the model is in the table of transitions, and the table has no other way between two states."""
    verbs = {"feed back": "feed_back", "penalise the licence": "penalise"}
    said = {(verbs.get(verb, verb.split(",")[0]), a, b) for verb, leads in LEADS.items() for a, b in leads.items()}
    said |= {("claim", P, CLOSED), ("claim", C, C), ("auto_claim", P, C), ("auto_claim", P, CLOSED)}
    said |= {("feed_back", F, CLOSED)}
    said |= {(verb, s, s) for verb in ("hand_over", "urge", "escalate") for s in TaskState if s.open}
    said |= {edge for s in TaskState if s.open and s is not F for edge in (("cancel", s, CANCELLED), ("narrow", s, s))}
    table = {(verb.value, a, b) for verb, moves in TRANSITIONS.items() for a, to in moves.items() for b in to}
    assert table == said
