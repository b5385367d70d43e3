"""Batches: what is new, changed, withdrawn or sent already; persons are masked and still count for the content."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from kernel.export import (
    Candidate,
    Disclose,
    ExportPlan,
    RunExport,
    SentRow,
    batch_number,
    plan,
)
from kernel.field_table import FieldRule, Value
from kernel.refusal import Refusal
from kernel.subject import SubjectKind
from tests.fakes.field_rows import TABLES, a_row

DAY = date(2026, 3, 10)
MARCH = RunExport(table="licence", first=date(2026, 3, 1), last=date(2026, 3, 31), by="clerk-1")
LICENCE, CHECKS = TABLES["licence"], TABLES["check_action"]
STAMPED = {field.code for table in TABLES.values() for field in table.fields if field.stamped}


def keyed(what: str, text: str) -> str:
    return sha256(f"key:{what}:{text}".encode()).hexdigest()


def a_candidate(key: str = "s:A1", kind: SubjectKind = SubjectKind.ORGANISATION, **changes: Value) -> Candidate:
    row = {code: value for code, value in a_row(LICENCE, kind).items() if code not in STAMPED}
    return Candidate(key=key, dated_on=DAY, department="D1", kind=kind, values=row | changes)


def exported(*rows: Candidate, sent: Mapping[str, SentRow] | None = None, batch: str = "2026031000001") -> ExportPlan:
    return plan(LICENCE, MARCH, rows, sent or {}, {"cd_batch": batch}, keyed)


def kept(said: ExportPlan) -> dict[str, SentRow]:
    names = ("key", "digest", "operation", "dated_on", "department", "cells", "secrets")
    return {line.key: SentRow(**{name: getattr(line, name) for name in names}) for line in said.lines}


def operations(said: ExportPlan) -> list[tuple[str, str]]:
    return [(line.key, str(line.cells["cd_operation"])) for line in said.lines]


def test_a_row_is_new_then_changed_then_withdrawn_then_new_again() -> None:
    first = exported(a_candidate())
    assert operations(first) == [("s:A1", "i")]
    again = exported(a_candidate(), sent=kept(first), batch="2026031100001")
    assert (operations(again), again.unchanged) == ([], 1)
    changed = exported(a_candidate(XK_ZT="1"), sent=kept(first))
    assert operations(changed) == [("s:A1", "u")]
    gone = exported(sent=kept(changed), batch="2026031200001")
    assert operations(gone) == [("s:A1", "d")]
    assert (gone.lines[0].cells["XK_ZT"], gone.lines[0].cells["cd_batch"]) == ("1", "2026031200001")
    assert operations(exported(sent=kept(gone))) == []
    assert operations(exported(a_candidate(XK_ZT="1"), sent=kept(gone))) == [("s:A1", "i")]


def test_what_the_batch_gives_is_no_content() -> None:
    first: dict[str, Value] = {"cd_batch": "1", "submitted_date": date(2026, 3, 11)}
    sent = kept(plan(CHECKS, MARCH, [checked()], {}, first, keyed))
    later: dict[str, Value] = {"cd_batch": "2", "submitted_date": date(2026, 3, 20), "submitted_personnel": "clerk-2"}
    assert plan(CHECKS, MARCH, [checked()], sent, later, keyed).lines == ()


def checked() -> Candidate:
    row = {code: value for code, value in a_row(CHECKS).items() if code not in STAMPED}
    return Candidate(key="s:J1", dated_on=date(2026, 3, 6), department="D1", kind=SubjectKind.ORGANISATION, values=row)


def test_a_check_is_sent_on_a_later_day_than_it_was_made() -> None:
    for day, rules in ((6, [FieldRule.WRONG_ORDER]), (7, [])):
        stamps: dict[str, Value] = {"cd_batch": "1", "submitted_date": date(2026, 3, day)}
        said = plan(CHECKS, MARCH, [checked()], {}, stamps, keyed)
        assert [each.fault.rule for each in said.refused] == rules
        assert len(said.lines) == (0 if rules else 1)


def test_rows_outside_the_window_wait_for_theirs_unless_they_moved_out_of_it() -> None:
    moved = replace(a_candidate(), dated_on=date(2026, 4, 1))
    assert operations(exported(moved)) == []
    corrected = replace(a_candidate(XK_JDRQ=date(2026, 4, 1)), dated_on=date(2026, 4, 1))
    assert operations(exported(corrected, sent=kept(exported(a_candidate())))) == [("s:A1", "u")]


def test_a_refused_row_names_its_fields_and_holds_no_other_up() -> None:
    said = exported(a_candidate(XK_NR="", XK_XKJGDM="wrong"), a_candidate("s:A2"))
    assert operations(said) == [("s:A2", "i")]
    assert [(each.key, each.fault.field, each.fault.rule.value) for each in said.refused] == [
        ("s:A1", "XK_NR", "mandatory"),
        ("s:A1", "XK_XKJGDM", "uscc-wrong"),
    ]
    assert said.refused_rows == 1
    assert all("请" in each.fault.zh or "应" in each.fault.zh or "核对" in each.fault.zh for each in said.refused)


def test_a_sent_row_that_became_unfit_is_refused_and_not_withdrawn() -> None:
    said = exported(a_candidate(XK_NR=""), sent=kept(exported(a_candidate())))
    assert (operations(said), said.refused_rows) == ([], 1)


def test_a_person_is_masked_and_another_number_is_another_content() -> None:
    person = {"XK_XDR_MC": "王小明", "XK_XDR_ZJHM": "11010519491231002X"}
    said = exported(a_candidate(kind=SubjectKind.PERSON, **person))
    (line,) = said.lines
    assert (line.cells["XK_XDR_MC"], line.cells["XK_XDR_ZJHM"]) == ("王**", "110105********002X")
    assert line.secrets == person
    assert {code: line.whole[code] for code in person} == person
    same_mask = person | {"XK_XDR_ZJHM": "11010519500101002X"}
    assert operations(exported(a_candidate(kind=SubjectKind.PERSON, **same_mask), sent=kept(said))) == [("s:A1", "u")]
    assert exported(a_candidate(kind=SubjectKind.PERSON, **person), sent=kept(said)).unchanged == 1


def test_an_organisation_is_shown_by_its_name_and_its_legal_representative_is_masked() -> None:
    (line,) = exported(a_candidate(XK_XDR_MC="示例餐饮", XK_FRDB="王小明")).lines
    assert (line.cells["XK_XDR_MC"], line.cells["XK_FRDB"]) == ("示例餐饮", "王**")
    assert set(line.secrets) == {"XK_FRDB", "XK_FR_ZJHM"}


def test_a_batch_has_its_day_and_five_digits() -> None:
    assert batch_number(date(2019, 4, 11), 2) == "2019041100002"
    assert batch_number(DAY, 99_999) == "2026031099999"
    with pytest.raises(Refusal, match="batches-used-up"):
        batch_number(DAY, 100_000)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [({"by": " "}, "/by"), ({"by": "x" * 65}, "/by"), ({"first": date(2026, 4, 1)}, "/to")],
)
def test_an_export_says_who_and_which_days(changes: dict[str, object], pointer: str) -> None:
    with pytest.raises(Refusal) as refused:
        replace(MARCH, **changes)  # type: ignore[arg-type]
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_nothing_after_today_is_exported() -> None:
    MARCH.require_day(date(2026, 3, 31))
    with pytest.raises(Refusal, match="invalid-content"):
        MARCH.require_day(date(2026, 3, 30))


def test_a_placeholder_is_neither_judged_nor_masked_nor_sealed() -> None:
    waiting = {"XK_XDR_MC": "N" + "A" * 40, "XK_XDR_ZJHM": "P" + "A" * 40}
    (line,) = exported(a_candidate(kind=SubjectKind.PERSON, **waiting)).lines
    assert line.secrets == {}
    assert {code: line.cells[code] for code in waiting} == waiting


def test_personal_data_is_disclosed_to_somebody_with_a_reason() -> None:
    assert Disclose(batch="2026031000001", by="clerk-1", reason="报送信用中国").by == "clerk-1"
    with pytest.raises(Refusal) as refused:
        Disclose(batch="2026031000001", by="", reason=" ")
    assert [fault.pointer for fault in refused.value.faults] == ["/by", "/reason"]
