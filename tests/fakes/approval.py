"""FakeWork: approval's ports.Work in memory, and builders. It passes the suite of the real one (test_approval_store.py)."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import approval
from approval.domain.alias import Alias
from approval.domain.case import CaseFile, Decision, ObjectFile, Statement, SupervisedObject
from approval.domain.commands import ListItem, RegisterCase, TellItems
from approval.domain.content import askable
from approval.domain.directory import Department, ListDepartment, ListPerson, Person
from approval.domain.feedback import AnswerFeedback, Feedback
from approval.domain.grade import GradeHeld
from approval.domain.hold import Hold, HoldOrigin
from approval.domain.holder import Holder
from approval.domain.intake import ImportCases
from approval.domain.item import Item
from approval.domain.objection import ObjectionTold
from approval.domain.process import parse
from approval.domain.progress import CaseStep
from chassis.identity import IdentityKeys
from contracts.approval import CaseDecided
from contracts.constraint import BarImposed, BarLifted, ListEntered
from contracts.credit import GradeChanged, RecordAdded, RecordRepaired, SubjectMerged, SubjectSplit
from contracts.event import Event, Object, Subject
from contracts.feedback import FeedbackRaised
from contracts.supervision import ApprovalUnmatched, TaskCreated
from kernel.calendar import Calendar, CalendarYear
from kernel.clock import china_day
from kernel.credit import BarKind, Grade, RecordClass, RecordKind
from kernel.deadline import Deadline
from kernel.decision import DecisionKind
from kernel.feedback import FeedbackKind
from kernel.subject import SubjectKey, SubjectKind

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
IDENTITY = IdentityKeys(KEY)
NOW = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
"""2026-03-02 00:30 in China: another day than in UTC."""
FOOD = Item(item_code="1006", name="食品经营许可", department="区审批局", public_safety=True, version=1)
PERSON_NO = "640202199001010010"
CODE = "91440101MA5C44W11J"

RULES = parse((Path(approval.__file__).parent / "process.toml").read_text(encoding="utf-8"))

M = TypeVar("M")
R = TypeVar("R")


@dataclass
class FakeDatabase:
    """What is committed."""

    items: dict[str, Item] = field(default_factory=lambda: {FOOD.item_code: FOOD})
    regions: set[str] = field(default_factory=lambda: {"640202", "640200", "640000"})
    cases: dict[tuple[str, str], CaseFile] = field(default_factory=dict)
    objects: dict[tuple[str, str], ObjectFile] = field(default_factory=dict)
    grades: dict[SubjectKey, GradeHeld] = field(default_factory=dict)
    holds: dict[tuple[HoldOrigin, str], Hold] = field(default_factory=dict)
    aliases: dict[SubjectKey, Alias] = field(default_factory=dict)
    objections: set[ObjectionTold] = field(default_factory=set)
    decisions: list[Decision] = field(default_factory=list)
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    feedback: dict[str, Feedback] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    years: list[CalendarYear] = field(default_factory=list)
    steps: list[CaseStep] = field(default_factory=list)
    said: list[Event] = field(default_factory=list)


class FakeDirectory:
    """ports.Directory in memory."""

    def __init__(self, departments: dict[str, Department], people: dict[str, Person]) -> None:
        self.departments, self.people = dict(departments), dict(people)

    def department(self, code: str) -> Department | None:
        return self.departments.get(code)

    def keep_department(self, department: Department) -> None:
        self.departments[department.code] = department

    def person(self, code: str) -> Person | None:
        return self.people.get(code)

    def keep_person(self, person: Person) -> None:
        self.people[person.code] = person


class FakeItems:
    """ports.Items in memory."""

    def __init__(self) -> None:
        self.seen: dict[str, Item] = {}
        self.new: dict[str, Item] = {}

    def get(self, item_code: str) -> Item | None:
        return self.seen.get(item_code)

    def untold(self) -> list[Item]:
        return [item for item in self.seen.values() if not item.version]

    def keep(self, item: Item) -> None:
        self.seen[item.item_code] = self.new[item.item_code] = item


class FakeCredit:
    """ports.CreditHeld in memory."""

    def __init__(self) -> None:
        self.grades: dict[SubjectKey, GradeHeld] = {}
        self.new_grades: dict[SubjectKey, GradeHeld] = {}
        self.holds: dict[tuple[HoldOrigin, str], Hold] = {}
        self.new_holds: dict[tuple[HoldOrigin, str], Hold] = {}
        self.aliases: dict[SubjectKey, Alias] = {}
        self.new_aliases: dict[SubjectKey, Alias] = {}
        self.new_objections: set[ObjectionTold] = set()

    def grade(self, subject: SubjectKey) -> GradeHeld | None:
        return self.grades.get(subject)

    def keep_grade(self, grade: GradeHeld) -> None:
        self.grades[grade.subject] = self.new_grades[grade.subject] = grade

    def hold(self, origin: HoldOrigin, hold_id: str) -> Hold | None:
        return self.holds.get((origin, hold_id))

    def keep_hold(self, hold: Hold) -> None:
        key = (hold.origin, hold.hold_id)
        self.holds[key] = self.new_holds[key] = hold

    def keep_objection(self, told: ObjectionTold) -> None:
        self.new_objections.add(told)

    def alias(self, subject: SubjectKey) -> Alias | None:
        return self.aliases.get(subject)

    def keep_alias(self, alias: Alias) -> None:
        self.aliases[alias.subject] = self.new_aliases[alias.subject] = alias


class FakeProgress:
    """ports.Progress in memory."""

    def __init__(self) -> None:
        self.steps: list[CaseStep] = []

    def note(self, step: CaseStep) -> None:
        self.steps.append(step)


class FakeFeedback:
    """ports.FeedbackFile in memory."""

    def __init__(self, rows: dict[str, Feedback], decisions: Sequence[Decision]) -> None:
        self.rows = dict(rows)
        self._decisions = decisions

    def get(self, feedback_id: str) -> Feedback | None:
        return self.rows.get(feedback_id)

    def save(self, feedback: Feedback) -> None:
        self.rows[feedback.feedback_id] = feedback

    def item_code(self, feedback_id: str) -> str:
        about = self.rows[feedback_id]
        ranked = [
            (said.case_id == about.case_id, decision.object_version, said.item_code)
            for decision in self._decisions
            if (said := decision.statement).source_system == about.source_system
            and (said.case_id == about.case_id or said.object.object_no == about.object_no)
        ]
        return max(ranked, default=(False, 0, ""))[2]


class FakeDeadlines:
    """ports.Deadlines in memory."""

    def __init__(self, rows: dict[str, Deadline]) -> None:
        self.rows = dict(rows)

    def new_id(self) -> str:
        return f"d-{len(self.rows) + 1}"

    def get(self, deadline_id: str) -> Deadline | None:
        return self.rows.get(deadline_id)

    def of(self, owner: str) -> list[Deadline]:
        return [deadline for deadline in self.rows.values() if deadline.owner == owner]

    def made(self, owner: str) -> None:
        """Nothing is kept per owner."""

    def save(self, deadline: Deadline) -> None:
        self.rows[deadline.deadline_id] = deadline

    def recomputed(self, deadline: Deadline, why: str) -> None:
        assert why
        self.save(deadline)


class FakeWork:
    """One transaction on a FakeDatabase; nothing is kept before flush."""

    def __init__(self, database: FakeDatabase, now: datetime = NOW) -> None:
        self.identity = IDENTITY
        self.region = "640202"
        self.now = now
        self.today = china_day(now)
        self.items = FakeItems()
        self.held = FakeCredit()
        self.progress = FakeProgress()
        self.feedback = FakeFeedback(database.feedback, database.decisions)
        self.deadlines = FakeDeadlines(database.deadlines)
        self.calendar = Calendar(database.years)
        self.rules = RULES
        self.directory = FakeDirectory(database.departments, database.people)
        self._database = database
        self._seen = FakeDatabase(items={}, regions=set())
        self._new = FakeDatabase(items={}, regions=set())

    async def load(self, messages: Sequence[Any]) -> None:
        self.load_now(messages)

    def load_now(self, messages: Sequence[Any]) -> None:
        kept, seen = self._database, self._seen
        stated = _statements(messages)
        for s in stated:
            if not askable(s.source_system, s.case_id, s.object.object_no):
                continue
            case, thing = (s.source_system, s.case_id), (s.source_system, s.object.object_no)
            seen.cases[case] = deepcopy(kept.cases.get(case, CaseFile(*case)))
            seen.objects[thing] = deepcopy(kept.objects.get(thing, ObjectFile(*thing)))
        seen.regions = kept.regions & {s.region for s in stated}
        codes = {s.item_code for s in stated}
        codes |= {m.item.item_code for m in messages if isinstance(m, ListItem)}
        if any(isinstance(m, TellItems) for m in messages):
            codes |= {code for code, item in kept.items.items() if not item.version}
        self.items.seen = {code: kept.items[code] for code in codes & kept.items.keys()}
        told = {SubjectKey(m.subject.id_type, m.subject.id_no) for m in messages if isinstance(m, GradeChanged)}
        self.held.holds, self.held.aliases = dict(kept.holds), dict(kept.aliases)
        self.held.grades = {subject: kept.grades[subject] for subject in told & kept.grades.keys()}

    def region_known(self, code: str) -> bool:
        return code in self._seen.regions

    def case(self, source_system: str, case_id: str) -> CaseFile:
        return self._seen.cases[source_system, case_id]

    def object(self, source_system: str, object_no: str) -> ObjectFile:
        return self._seen.objects[source_system, object_no]

    def add(self, decision: Decision) -> None:
        self._new.decisions.append(decision)

    def publish(self, event: Event) -> None:
        self._new.said.append(event)

    async def flush(self) -> None:
        self.flush_now()

    def flush_now(self) -> None:
        kept, new = self._database, self._new
        for decision in new.decisions:
            s = decision.statement
            case, thing = (s.source_system, s.case_id), (s.source_system, s.object.object_no)
            if s.revision in kept.cases.get(case, CaseFile(*case)).entries:
                raise ValueError(f"natural key taken: {case} revision {s.revision}")
            kept.cases.setdefault(case, CaseFile(*case)).add(decision)
            kept.objects[thing] = deepcopy(self._seen.objects[thing])
        kept.decisions += new.decisions
        kept.items |= self.items.new
        kept.grades |= self.held.new_grades
        kept.holds |= self.held.new_holds
        kept.aliases |= self.held.new_aliases
        kept.objections |= self.held.new_objections
        kept.departments, kept.people = self.directory.departments, self.directory.people
        kept.steps += self.progress.steps
        kept.feedback, kept.deadlines = self.feedback.rows, self.deadlines.rows
        kept.said += new.said


def done(database: FakeDatabase, handle: Callable[[FakeWork, M], R], message: M, now: datetime = NOW) -> R:
    """One message in one transaction; a refusal leaves the database as it was."""
    work = FakeWork(database, now)
    work.load_now([message])
    result = handle(work, message)
    work.flush_now()
    return result


def last_said(database: FakeDatabase) -> CaseDecided:
    """The newest event about a case."""
    event = database.said[-1]
    assert isinstance(event, CaseDecided)
    return event


def a_statement(case_id: str = "C1", **changes: Any) -> Statement:
    """A sound statement about an organisation; ``object_no`` and ``subject`` may be given like fields."""
    object_no = changes.pop("object_no", "O1")
    facts: dict[str, Any] = {
        "source_system": "unit",
        "case_id": case_id,
        "kind": DecisionKind.NEW,
        "item_code": FOOD.item_code,
        "region": "640202",
        "decided_on": date(2026, 3, 1),
        "subject": Holder(id_type="001", id_no=CODE, kind=SubjectKind.ORGANISATION, name="大武口面馆"),
        "object": SupervisedObject(object_no=object_no, name="大武口面馆", address="朝阳街 1 号"),
    }
    return Statement(**facts | changes)


def a_case(case_id: str = "C1", **changes: Any) -> RegisterCase:
    """The command that registers ``a_statement``."""
    return RegisterCase(a_statement(case_id, **changes))


def a_person(number: str = PERSON_NO, name: str = "张三丰") -> Holder:
    """A natural person."""
    return Holder(id_type="111", id_no=number, kind=SubjectKind.PERSON, name=name)


def a_grade(version: int = 1, grade: Grade = Grade.B, id_no: str = CODE) -> GradeChanged:
    """What credit tells."""
    return GradeChanged(
        source_system="unit",
        region="640202",
        subject=Subject(id_type="001", id_no=id_no, kind="ORGANISATION"),
        version=version,
        grade=grade,
        previous=None,
        score=880,
        scorecard="2026-1",
        assessed_on=date(2026, 3, 1),
    )


def _statements(messages: Sequence[Any]) -> list[Statement]:
    stated = [m.statement for m in messages if isinstance(m, RegisterCase)]
    stated += [m.statement for m in messages if isinstance(m, AnswerFeedback) and m.statement]
    return stated + [said for m in messages if isinstance(m, ImportCases) for _, said in m.rows]


def a_department(code: str = "DEMO-FOOD", **changes: Any) -> ListDepartment:
    """The command that lists a sound department."""
    facts: dict[str, Any] = {"code": code, "name": f"示例部门 {code}", "liaison": "p-liaison"}
    return ListDepartment(Department(**facts | changes))


def a_colleague(code: str = "p-1", **changes: Any) -> ListPerson:
    """The command that lists a sound official."""
    facts: dict[str, Any] = {"code": code, "name": "李四", "department": "DEMO-FOOD"}
    return ListPerson(Person(**facts | changes))


def a_task_event(task_id: str, case_id: str = "C1", **more: Any) -> dict[str, Any]:
    """What every event about a task says."""
    return {
        "source_system": "unit",
        "region": "640202",
        "task_id": task_id,
        "department": "DEMO-FOOD",
        "case_id": case_id,
        "subject": Subject(id_type="001", id_no=CODE, kind="ORGANISATION"),
        "object": Object(object_no="O1"),
    } | more


def a_task_created(task_id: str, case_id: str = "C1", **more: Any) -> TaskCreated:
    """What supervision tells of a new task."""
    plain = {"ad_hoc": False, "link_code": "FOOD", "catalogue_version": "2010-1", "created_at": NOW}
    return TaskCreated(**a_task_event(task_id, case_id, **plain | more))


def an_unmatched(case_id: str) -> ApprovalUnmatched:
    """What supervision tells of a case without a link."""
    return ApprovalUnmatched(
        source_system="unit",
        region="640202",
        case_id=case_id,
        item_code="1006",
        decided_on=date(2026, 3, 1),
        subject=Subject(id_type="001", id_no=CODE, kind="ORGANISATION"),
        object=Object(object_no="O1"),
    )


def a_raised(feedback_id: str, kind: FeedbackKind = FeedbackKind.REVOKE, **changes: Any) -> FeedbackRaised:
    """What supervision tells: it asks for something about the object of ``a_statement``."""
    plain: dict[str, Any] = {
        "source_system": "unit",
        "region": "640202",
        "feedback_id": feedback_id,
        "case_id": "C1",
        "task_id": "00000000-0000-0000-0000-000000000001",
        "department": "DEMO-FOOD",
        "kind": kind,
        "subject": Subject(id_type="001", id_no=CODE, kind="ORGANISATION", name="大武口面馆"),
        "object": Object(object_no="O1", name="大武口面馆", address="朝阳街 1 号"),
        "reason": "多次检查不合格",
        "legal_basis": "食品安全法第122条",
        "inspection_no": "I1",
        "raised_by": "p-1",
        "raised_at": NOW,
    }
    return FeedbackRaised(**plain | changes)


def an_answer(feedback_id: str, **changes: Any) -> AnswerFeedback:
    """The approver accepts and revokes."""
    revoked = a_statement("C2", kind=DecisionKind.REVOKE, item_code=FOOD.item_code)
    facts: dict[str, Any] = {"feedback_id": feedback_id, "accepted": True, "by": "lia-1", "statement": revoked}
    return AnswerFeedback(**facts | changes)


def a_credit_event(id_no: str = CODE) -> dict[str, Any]:
    """What every event of credit says of an organisation."""
    return {
        "source_system": "unit",
        "region": "640202",
        "subject": Subject(id_type="001", id_no=id_no, kind="ORGANISATION"),
    }


def a_bar(bar_id: str = "B1", kind: BarKind = BarKind.REFUSAL, id_no: str = CODE, **changes: Any) -> BarImposed:
    """One year from a refusal, for the item of ``a_statement``."""
    plain: dict[str, Any] = {
        "bar_id": bar_id,
        "kind": kind,
        "item_code": FOOD.item_code,
        "legal_basis": "行政许可法第七十八条",
        "document_no": "不予许可〔2026〕1号",
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2027, 2, 28),
    }
    return BarImposed(**a_credit_event(id_no) | plain | changes)


def a_bar_lifted(bar_id: str = "B1", lifted_on: date = date(2026, 6, 1)) -> BarLifted:
    """The refusal was annulled."""
    plain = {"kind": BarKind.REFUSAL, "item_code": FOOD.item_code, "reason": "原决定被撤销", "by": "p-1"}
    return BarLifted(**a_credit_event() | plain, bar_id=bar_id, lifted_on=lifted_on)


def a_list_entry(entry_id: str = "L1", id_no: str = CODE, **changes: Any) -> ListEntered:
    """An entry of the severe list without a last day."""
    plain: dict[str, Any] = {
        "entry_id": entry_id,
        "list": RecordKind.SEVERE_LIST,
        "record_id": "R-L1",
        "legal_basis": "市场监督管理严重违法失信名单管理办法",
        "document_no": "列严〔2026〕1号",
        "entered_on": date(2026, 1, 5),
    }
    return ListEntered(**a_credit_event(id_no) | plain | changes)


def a_record(record_id: str = "R1", kind: RecordKind = RecordKind.COMMITMENT_BREACH, **changes: Any) -> RecordAdded:
    """A breach of a commitment."""
    plain: dict[str, Any] = {
        "record_id": record_id,
        "kind": kind,
        "record_class": RecordClass.GENERAL,
        "inspection_no": "I1",
        "occurred_on": date(2026, 2, 1),
        "document_no": "承核〔2026〕1号",
        "max_until": date(2027, 2, 1),
    }
    return RecordAdded(**a_credit_event() | plain | changes)


def a_repair(record_id: str = "R1", repaired_on: date = date(2026, 8, 1)) -> RecordRepaired:
    """The record was repaired."""
    return RecordRepaired(**a_credit_event(), record_id=record_id, repair_id="X1", repaired_on=repaired_on)


def a_merger(id_no: str, into: str, version: int = 1) -> SubjectMerged:
    """What is said of the one counts for the other."""
    other = Subject(id_type="001", id_no=into, kind="ORGANISATION")
    return SubjectMerged(**a_credit_event(id_no), into=other, version=version, by="p-1", reason="换照", at=NOW)


def a_split(id_no: str, out_of: str, version: int = 2) -> SubjectSplit:
    """The merger is taken back."""
    other = Subject(id_type="001", id_no=out_of, kind="ORGANISATION")
    return SubjectSplit(**a_credit_event(id_no), out_of=other, version=version, by="p-1", reason="误并", at=NOW)
