"""Lists on fakes: in by a ground the catalogue knows, out by a person, and out with the record however it ends."""

from dataclasses import replace
from datetime import date

import pytest

from contracts.constraint import ListEntered, ListLeft
from contracts.credit import GradeChanged, RecordAdded, RecordExpired, SubjectRegistered
from credit.domain.commands import MergeSubject, Reassess, SplitSubject
from credit.domain.constraint_commands import EnterList, ExitList, Named
from credit.handlers import enter_list, exit_list, merge_subject, on_inspection_concluded, reassess, split_subject
from credit.handlers.assessment import settle
from kernel.credit import Grade, RecordClass, RecordKind, RecordState
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.credit import FakeDatabase, FakeWork, told
from tests.fakes.credit_constraints import an_entry, named
from tests.fakes.credit_inspections import an_inspection

S1, S2 = SubjectKey("099", "S1"), SubjectKey("099", "S2")
ABNORMAL, SEVERE = RecordKind.ABNORMAL_LIST, RecordKind.SEVERE_LIST


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


def leave(command: EnterList, on: str = "", by: str = "xy-2", reason: str = "已补报") -> ExitList:
    return ExitList(entry_id=command.entry_id, by=by, reason=reason, on=date.fromisoformat(on) if on else None)


def grade(database: FakeDatabase, key: SubjectKey = S1) -> Grade | None:
    standing = database.roots[key].standing
    return standing.grade if standing else None


def test_an_entry_is_a_record_of_its_own_kind_and_is_told_with_basis_and_measures(database: FakeDatabase) -> None:
    registered, added, entered, changed = told(database, enter_list, an_entry())
    assert isinstance(registered, SubjectRegistered)
    assert isinstance(added, RecordAdded)
    assert isinstance(entered, ListEntered)
    assert isinstance(changed, GradeChanged)
    assert (added.kind, added.record_class, added.public, added.max_until) == (
        ABNORMAL,
        RecordClass.GENERAL,
        True,
        None,
    )
    assert entered.entry_id == entered.record_id == added.record_id
    assert (entered.list, entered.legal_basis, entered.until) == (ABNORMAL, "NO-ANNUAL-REPORT", None)
    assert entered.measures == ("NO-HONOUR", "CLOSE-WATCH")
    assert entered.exit_conditions
    assert (changed.grade, changed.score) == (Grade.B, 85)


def test_without_months_it_stays_until_somebody_takes_it_off(database: FakeDatabase) -> None:
    told(database, enter_list, an_entry())
    told(database.on("2031-01-01"), reassess, Reassess(subject=S1))
    assert database.records[an_entry().entry_id].state is RecordState.ACTIVE
    left, changed = told(database, exit_list, leave(an_entry()))
    assert isinstance(left, ListLeft)
    assert (str(left.left_on), left.by, left.reason) == ("2031-01-01", "xy-2", "已补报")
    assert isinstance(changed, GradeChanged)
    assert changed.grade is Grade.A
    record = database.records[left.entry_id]
    assert (record.state, str(record.ended_on)) == (RecordState.EXITED, "2031-01-01")


def test_while_on_the_severe_list_the_grade_is_d_and_afterwards_it_comes_back(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1"))
    before = grade(database)
    told(database, enter_list, an_entry(to=SEVERE))
    assert (before, grade(database)) == (Grade.A, Grade.D)
    told(database.on("2012-05-01"), exit_list, leave(an_entry(to=SEVERE)))
    assert grade(database) is Grade.A


def test_a_severe_entry_leaves_by_itself_the_day_after_its_last_one(database: FakeDatabase) -> None:
    told(database, enter_list, an_entry(to=SEVERE))
    assert told(database.on("2015-03-01"), reassess, Reassess(subject=S1))[:-1] == []
    expired, left, _ = told(database.on("2015-03-02"), reassess, Reassess(subject=S1))
    assert isinstance(expired, RecordExpired)
    assert isinstance(left, ListLeft)
    assert (str(left.left_on), left.by) == ("2015-03-02", "system")
    assert told(database.on("2016-01-01"), reassess, Reassess(subject=S1)) == []


@pytest.mark.parametrize("state", [RecordState.REPAIRED, RecordState.WITHDRAWN])
def test_whatever_ends_the_record_takes_the_entry_off_the_list(database: FakeDatabase, state: RecordState) -> None:
    told(database, enter_list, an_entry(to=SEVERE))
    work = FakeWork(database)
    work.load_now([Reassess(subject=S1)])
    subject = work.subjects.get(S1)
    assert subject is not None
    (record,) = subject.records.values()
    subject.records[record.record_id] = record.ended(state, date(2012, 3, 1))
    settle(work, subject)
    work.flush_now()
    (left,) = [event for event in database.said if isinstance(event, ListLeft)]
    assert (str(left.left_on), left.by) == ("2012-03-01", "system")
    with pytest.raises(Refusal, match="record-not-active"):
        told(database, exit_list, leave(an_entry(to=SEVERE)))


def test_what_is_written_of_a_natural_person_is_kept_but_not_told(database: FakeDatabase) -> None:
    person = Named(key=SubjectKey("111", "P" + "0A" * 20), kind="PERSON")
    command = replace(an_entry(), subject=person)
    told(database, enter_list, command)
    (left,) = [e for e in told(database, exit_list, leave(command, reason="张三已改正")) if isinstance(e, ListLeft)]
    assert (left.reason, database.entries[left.entry_id].left_reason) == ("", "张三已改正")
    assert all("张三" not in str(event) for event in database.said)


def test_one_entered_long_ago_is_told_whole_and_leaves_at_once(database: FakeDatabase) -> None:
    said = told(database.on("2020-01-01"), enter_list, an_entry(to=SEVERE))
    assert [type(event) for event in said] == [
        *(SubjectRegistered, RecordAdded, ListEntered, RecordExpired, ListLeft, GradeChanged)
    ]


def test_told_again_it_changes_nothing_and_told_otherwise_it_is_refused(database: FakeDatabase) -> None:
    told(database, enter_list, an_entry())
    assert told(database, enter_list, an_entry()) == []
    others = [an_entry(basis="NO-CONTACT"), an_entry(on="2012-02-01"), an_entry(notice="告2号")]
    for other in others:
        with pytest.raises(Refusal, match="record-differs"):
            told(database, enter_list, other)


def test_one_document_may_enter_many(database: FakeDatabase) -> None:
    told(database, enter_list, an_entry(), an_entry(of="S2"))
    assert {record.subject for record in database.records.values()} == {S1, S2}


NOBODY = Named(key=SubjectKey("111", "11010519491231002X"), kind="PERSON")


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (an_entry(basis="BAD-LUCK"), "basis-not-listed", "NO-ANNUAL-REPORT"),
        (an_entry(basis="FOOD-SAFETY"), "basis-not-listed", "ABNORMAL_LIST"),
        (an_entry(to=SEVERE, notice=""), "invalid-content", "/notice_document"),
        (an_entry(to=RecordKind.PENALTY), "invalid-content", "/list"),
        (an_entry(on="2012-03-02"), "invalid-content", "/entered_on"),
        (an_entry(document=""), "invalid-content", "/document_no"),
        (an_entry(by=""), "invalid-content", "/by"),
        (replace(an_entry(), region="64"), "invalid-content", "/region"),
        (replace(an_entry(), subject=NOBODY), "invalid-content", "/subject/id_no"),
        (replace(an_entry(), subject=replace(named(), kind="PERSON", name="张三")), "invalid-content", "/subject/name"),
        (replace(an_entry(), subject=replace(NOBODY, kind="ORGANISATION")), "invalid-content", "/subject/kind"),
        (
            replace(an_entry(), subject=Named(key=SubjectKey("001", "91640200MA00000000"), kind="ORGANISATION")),
            "invalid-content",
            "/subject/id_no",
        ),
    ],
)
def test_what_may_not_be_entered_is_refused_and_changes_nothing(
    database: FakeDatabase, command: EnterList, code: str, says: str
) -> None:
    with pytest.raises(Refusal) as refused:
        told(database, enter_list, command)
    assert refused.value.code == code
    assert says in str(refused.value) + "".join(fault.pointer for fault in refused.value.faults)
    assert database == FakeDatabase()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (leave(an_entry(), reason=""), "invalid-content"),
        (leave(an_entry(), by=""), "invalid-content"),
        (leave(an_entry(), on="2012-02-29"), "invalid-content"),
        (leave(an_entry(), on="2012-03-02"), "invalid-content"),
        (leave(an_entry("列2号")), "not-found"),
    ],
)
def test_what_may_not_leave_stays(database: FakeDatabase, command: ExitList, code: str) -> None:
    told(database, enter_list, an_entry())
    with pytest.raises(Refusal, match=code):
        told(database, exit_list, command)
    assert database.entries[an_entry().entry_id].left_on is None


def test_it_leaves_once_and_a_record_that_is_no_entry_never(database: FakeDatabase) -> None:
    told(database, enter_list, an_entry(on="2012-02-01"))
    told(database, exit_list, leave(an_entry(on="2012-02-01"), on="2012-02-15"))
    assert str(database.entries[an_entry().entry_id].left_on) == "2012-02-15"
    with pytest.raises(Refusal, match="record-not-active"):
        told(database, exit_list, leave(an_entry()))
    told(database, on_inspection_concluded, an_inspection("1"))
    (inspected,) = [r for r in database.records.values() if r.kind is RecordKind.INSPECTION]
    with pytest.raises(Refusal, match="not-found"):
        told(database, exit_list, replace(leave(an_entry()), entry_id=inspected.record_id))


def test_a_period_that_is_over_but_not_yet_ended_is_not_left_by_hand(database: FakeDatabase) -> None:
    told(database, enter_list, an_entry(to=SEVERE))
    with pytest.raises(Refusal, match="record-not-active"):
        told(database.on("2016-01-01"), exit_list, leave(an_entry(to=SEVERE)))


def test_entries_go_with_their_identity_into_a_merger_and_out_of_it(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1", "PASS"))
    told(database, enter_list, an_entry(to=SEVERE, of="S2"))
    told(database, merge_subject, MergeSubject(subject=S2, into=S1, by="xy-1", reason="换号"))
    assert grade(database) is Grade.D
    (left,) = [e for e in told(database, exit_list, leave(an_entry(to=SEVERE, of="S2"))) if isinstance(e, ListLeft)]
    assert left.subject.id_no == "S2"
    told(database, split_subject, SplitSubject(subject=S2, by="xy-1", reason="并错了"))
    assert (set(database.roots[S1].entries), set(database.roots[S2].entries)) == (set(), {left.entry_id})
