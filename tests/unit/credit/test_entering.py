"""Records entered by hand, the notice that goes out with a penalty, and the rules of the process."""

from typing import Any

import pytest

from chassis.identity import IdentityKeys
from contracts.credit import RecordAdded, SubjectRegistered
from contracts.redress import RepairNoticed
from credit.api.entries import EntryBody
from credit.domain.process import DeadlineKind, parse
from credit.handlers import (
    apply_repair,
    confirm_withdrawal,
    decide_objection,
    enter_record,
    lodge_objection,
    on_referral_concluded,
    withdraw_record,
)
from credit.settings import CreditSettings
from kernel.credit import RecordKind, RecordState
from kernel.refusal import Refusal
from kernel.subject import SubjectKey, SubjectKind
from tests.fakes.credit import FakeDatabase, FakeWork, told
from tests.fakes.credit_commands import an_entry, apply, confirm, judge, lodge, withdraw
from tests.fakes.credit_inspections import a_penalty

NUMBER = "11010519491231002X"
KEYS = IdentityKeys("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")


@pytest.fixture
def database() -> FakeDatabase:
    return FakeDatabase()


def entered(database: FakeDatabase, **other: Any) -> bool:
    """Enter a record; whether it was there before."""
    command = an_entry(**other)
    work = FakeWork(database)
    work.load_now([command])
    _, again = enter_record(work, command)
    work.flush_now()
    return again


def body(**subject: Any) -> EntryBody:
    said = {"kind": "PENALTY", "record_class": "GENERAL", "source_system": "unit", "region": "640202", "by": "xy-1"}
    document = {"document_no": "罚1号", "document_on": "2012-03-01", "occurred_on": "2012-03-01", "department": "E"}
    return EntryBody.model_validate(said | document | {"subject": subject})


@pytest.mark.parametrize(
    ("record_class", "public", "shortest", "longest"),
    [
        ("MINOR", False, "None", "2012-06-01"),
        ("GENERAL", True, "2012-06-01", "2013-03-01"),
        ("SERIOUS", True, "2013-03-01", "2015-03-01"),
    ],
)
def test_the_periods_are_those_of_the_day_of_the_document(
    database: FakeDatabase, record_class: str, *, public: bool, shortest: str, longest: str
) -> None:
    entered(database, record_class=record_class)
    (record,) = database.records.values()
    assert (record.public, str(record.min_until), str(record.max_until)) == (public, shortest, longest)


def test_a_commendation_is_a_merit_and_gives_points(database: FakeDatabase) -> None:
    entered(database, kind=RecordKind.COMMENDATION, record_class="MERIT", number="表彰1号", document_no="")
    standing = database.roots[SubjectKey("099", "S1")].standing
    assert standing is not None
    assert (standing.score, [r.points for r in standing.reasons]) == (105, [5])


def test_the_same_record_again_is_a_duplicate_and_another_content_is_refused(database: FakeDatabase) -> None:
    assert entered(database) is False
    said = len(database.said)
    assert entered(database) is True
    for other in ({"record_class": "MINOR"}, {"on": "2012-02-01"}, {"detail": "另一事实"}, {"repairable": False}):
        with pytest.raises(Refusal, match="record-differs"):
            entered(database, **other)
    assert (len(database.said), len(database.records)) == (said, 1)


def test_a_penalty_told_by_supervision_is_the_one_entered_under_its_document(database: FakeDatabase) -> None:
    told(database, on_referral_concluded, a_penalty("罚1号", "03"))
    with pytest.raises(Refusal, match="record-differs"):
        entered(database, detail="手工")
    assert len(database.records) == 1


def test_what_is_over_already_is_kept_as_expired_without_a_notice(database: FakeDatabase) -> None:
    entered(database, on="2010-01-01")
    (record,) = database.records.values()
    assert (record.state, str(record.ended_on)) == (RecordState.EXPIRED, "2011-01-02")
    assert not [e for e in database.said if isinstance(e, RepairNoticed)]


@pytest.mark.parametrize(
    ("other", "pointers"),
    [
        ({"source_system": "大写"}, ["/source_system"]),
        ({"region": "64020"}, ["/region"]),
        ({"by": ""}, ["/by"]),
        ({"department": ""}, ["/department"]),
        ({"detail": "a\x00"}, ["/detail"]),
        ({"name": "长" * 201}, ["/subject/name"]),
        ({"subject": SubjectKey("001", "91640200MA00000000")}, ["/subject/id_no"]),
        ({"subject": SubjectKey("012", "1")}, ["/subject/id_type"]),
        ({"subject": SubjectKey("111", NUMBER)}, ["/subject/kind"]),
        ({"kind": RecordKind.INSPECTION}, ["/kind"]),
        ({"record_class": "MERIT"}, ["/record_class"]),
        ({"kind": RecordKind.COMMENDATION}, ["/record_class"]),
        ({"document_no": ""}, ["/number", "/document_no"]),
        ({"on": "2012-03-02"}, ["/document_on", "/occurred_on"]),
        ({"document_on": None}, ["/document_no"]),
    ],
)
def test_what_is_not_sound_is_refused_with_every_fault(
    database: FakeDatabase, other: dict[str, Any], pointers: list[str]
) -> None:
    with pytest.raises(Refusal, match="invalid-content") as refused:
        entered(database, **other)
    assert [fault.pointer for fault in refused.value.faults] == pointers
    assert (database.said, database.roots) == ([], {})


def test_a_document_older_than_the_fact_is_refused(database: FakeDatabase) -> None:
    command = an_entry(on="2012-02-01", occurred_on=an_entry(on="2012-02-02").occurred_on)
    with pytest.raises(Refusal, match="invalid-content"):
        told(database, enter_record, command)


@pytest.mark.parametrize("number", [NUMBER, NUMBER.lower(), f" {NUMBER[:6]}-{NUMBER[6:]} "])
def test_a_natural_person_is_kept_by_reference_without_number_and_name(database: FakeDatabase, number: str) -> None:
    command = body(id_type="111", id_no=number, name="张三").command(KEYS)
    said = told(database, enter_record, command)
    assert command.subject == SubjectKey("111", KEYS.reference("111", NUMBER))
    assert command.subject_kind is SubjectKind.PERSON
    assert [type(e) for e in said][:2] == [SubjectRegistered, RecordAdded]
    assert "张三" not in str(said)
    assert NUMBER not in str(said)
    assert body(id_type="111", id_no=command.subject.id_no).command(KEYS).subject == command.subject


def test_a_number_of_a_person_that_is_not_sound_is_refused_and_its_detail_too(database: FakeDatabase) -> None:
    command = body(id_type="111", id_no="110105194912310021").command(KEYS)
    with pytest.raises(Refusal, match="invalid-content") as refused:
        told(database, enter_record, command)
    assert [fault.pointer for fault in refused.value.faults] == ["/subject/id_no"]
    with pytest.raises(Refusal, match="invalid-content") as refused:
        entered(database, subject=command.subject, subject_kind=SubjectKind.PERSON, detail="张三")
    assert [fault.pointer for fault in refused.value.faults] == ["/subject/id_no", "/subject/kind", "/detail"][::2]


def test_with_a_penalty_that_is_shown_its_notice_goes_out(database: FakeDatabase) -> None:
    said = told(database, on_referral_concluded, a_penalty("罚1号", "03"))
    (noticed,) = [e for e in said if isinstance(e, RepairNoticed)]
    assert (noticed.document_no, noticed.department, str(noticed.earliest_on)) == ("罚1号", "ENFORCE", "2012-06-02")
    assert (noticed.repairable, len(noticed.conditions), len(noticed.papers)) == (True, 4, 2)
    (notice,) = database.notices
    assert (notice.person, notice.about) == ("LIAISON:ENFORCE", f"record:{noticed.record_id}")
    assert told(database, on_referral_concluded, a_penalty("罚1号", "03")) == []
    assert len(database.notices) == 1


def test_where_early_repair_is_excluded_the_notice_says_when_publicity_ends_by_itself(database: FakeDatabase) -> None:
    said = told(database, on_referral_concluded, a_penalty("罚1号", "05"))
    (noticed,) = [e for e in said if isinstance(e, RepairNoticed)]
    assert (noticed.repairable, str(noticed.earliest_on), str(noticed.max_until)) == (False, "2015-03-02", "2015-03-01")
    assert "不得提前停止公示" in noticed.conditions[0]


def test_what_is_not_shown_has_no_notice(database: FakeDatabase) -> None:
    said = told(database, on_referral_concluded, a_penalty("罚1号", "01"))
    entered(database, kind=RecordKind.OTHER, number="其他1号")
    assert not [e for e in (*said, *database.said) if isinstance(e, RepairNoticed)]


def test_every_limit_of_the_process_has_a_source_and_none_is_confirmed() -> None:
    rules = CreditSettings().process_rules()
    written = {kind: str(rules.limit(kind)) for kind in DeadlineKind}
    assert list(written.values()) == ["3wd", "7wd", "10wd", "3wd", "7wd", "3wd", "3wd"]
    assert not any(rule.confirmed for rule in rules.limits.values())
    assert not rules.notice.confirmed


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('value = "3wd"', 'value = "three"'),
        ("[limits.withdraw]", "[limits.vanish]"),
        ("half = true", ""),
        ('papers = ["履', 'paper = ["履'),
        ("[ladder]", "["),
    ],
)
def test_rules_of_the_process_that_are_not_whole_are_refused(wrong: str, right: str) -> None:
    text = CreditSettings().process_file.read_text(encoding="utf-8")
    with pytest.raises(Refusal, match="invalid-process-rules"):
        parse(text.replace(wrong, right))


def test_a_limit_nobody_wrote_and_a_source_nobody_named_are_refused() -> None:
    text = CreditSettings().process_file.read_text(encoding="utf-8")
    start = text.index("[limits.withdraw]")
    for broken in (
        text[:start] + text[text.index("[ladder]") :],
        text.replace("工程约定：条件与", "x").replace('source = "国', 'source = " " #'),
    ):
        with pytest.raises(Refusal, match="invalid-process-rules"):
            parse(broken)


def test_what_is_written_about_a_natural_person_stays_out_of_events(database: FakeDatabase) -> None:
    entry = body(id_type="111", id_no=NUMBER).command(KEYS)
    told(database, enter_record, entry)
    told(database, apply_repair, apply(entry.record_id, proof=("张三的缴款书",), commitment="张三承诺"))
    told(database, lodge_objection, lodge(entry.record_id, reason="张三已搬走"))
    told(
        database, decide_objection, judge(next(iter(database.redress.objections.rows)), upheld=False, reason="张三属实")
    )
    told(database, withdraw_record, withdraw(entry.record_id, reason="张三胜诉"))
    told(database, confirm_withdrawal, confirm(entry.record_id))
    assert database.records[entry.record_id].state is RecordState.WITHDRAWN
    assert "张三" not in str(database.said)
    assert database.redress.repairs.rows[next(iter(database.redress.repairs.rows))].commitment == "张三承诺"
