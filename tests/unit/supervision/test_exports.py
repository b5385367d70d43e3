"""What supervision says of inspections and penalties by the national names, and what it cannot say of persons."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kernel.export import Candidate
from kernel.field_table import FieldRule, Verdict, judge
from kernel.inspection import InspectionResult, LineResult
from kernel.subject import SubjectKind
from supervision.domain.catalogue import Method
from supervision.domain.exports import (
    Authority,
    ExportSubject,
    InspectionFacts,
    PenaltyFacts,
    check_action_row,
    penalty_action_row,
    penalty_row,
)
from supervision.domain.referral import Penalty
from supervision.domain.words import PunishType, Purpose
from tests.fakes.field_rows import TABLES, USCC

ABOUT = ExportSubject(
    kind=SubjectKind.ORGANISATION,
    id_type="001",
    id_no=USCC,
    name="示例餐饮有限公司",
    object_name="示例面馆",
    object_address="示例路1号",
    region="640202",
    supervise_item_code="11640202000001",
    supervise_item_check_icode=f"{USCC}4000131024000",
    supervise_item_name="食品经营监督检查",
    authority=Authority(code="DEMO-FOOD", name="示例食药科", uscc=USCC),
)
CHECK = InspectionFacts(
    source_system="test",
    inspection_no="J-1",
    inspected_on=date(2026, 3, 5),
    result=InspectionResult.FAIL,
    officers=(("赵甲", "宁-001"), ("钱乙", "")),
    lines=(
        ("1", LineResult.PASS),
        ("2", LineResult.FAIL),
        ("3", LineResult.NOT_CHECKED),
        ("4", LineResult.NOT_APPLICABLE),
    ),
    purpose=Purpose.ROUTINE,
    method=Method.ON_SITE,
    check_kind="ROUTINE",
    about=ABOUT,
)
FINE = Penalty(
    punish_action_name="未按规定贮存食品",
    punish_action_code="CF-1",
    case_source="日常检查",
    illegal_fact="生熟混放",
    punish_basis="食品安全法第一百二十六条",
    punish_document_code="某罚〔2026〕1号",
    decision_date=date(2026, 3, 9),
    punish_types=(PunishType.FINE, PunishType.WARNING),
    fine=Decimal("5000.50"),
    punish_result="警告并罚款五千元五角",
)
PUNISHED = PenaltyFacts(
    task_id="0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77",
    inspection_no="J-1",
    penalty=FINE,
    about=ABOUT,
    authority=Authority(code="DEMO-LAW", name="示例综合执法局", uscc=USCC),
)
NOBODY = replace(ABOUT, kind=SubjectKind.PERSON, id_type="111", id_no="P" + "A" * 40, name="")
STAMPS: dict[str, Any] = {"cd_batch": "2026031000001", "submitted_date": date(2026, 3, 10)}


def judged(name: str, row: Candidate | None) -> Verdict:
    assert row is not None
    table = TABLES[name]
    stamps = {code: value for code, value in STAMPS.items() if code in table.codes}
    return judge(table, row.kind, dict(row.values) | stamps)


def broken(verdict: Verdict) -> set[tuple[str, FieldRule]]:
    return {(fault.field, fault.rule) for fault in verdict.faults}


def test_an_inspection_is_a_check_the_platform_takes() -> None:
    row = check_action_row(CHECK)
    assert (row.key, row.dated_on, row.department) == ("test:J-1", date(2026, 3, 5), "DEMO-FOOD")
    cells = judged("check_action", row).cells
    assert cells["check_personnel"] == ["赵甲", "钱乙"]
    assert cells["check_personnel_code"] == ["宁-001"]
    assert cells["check_item_results"] == ["1=合格", "2=不合格", "3=未检查", "4=合理缺项"]
    named = ("check_result", "check_form", "check_date", "administrative_cp_na", "administrative_cp_ui_code")
    assert [cells[name] for name in named] == ["不合格", "01", "2026-03-05", "2", USCC]


@pytest.mark.parametrize("purpose", [Purpose.COMMITMENT, Purpose.CESSATION])
def test_a_check_for_another_purpose_is_a_special_one(purpose: Purpose) -> None:
    assert check_action_row(replace(CHECK, purpose=purpose)).values["check_form"] == "02"


def test_one_officer_alone_is_refused() -> None:
    alone = replace(CHECK, officers=CHECK.officers[:1])
    assert broken(judged("check_action", check_action_row(alone))) == {("check_personnel", FieldRule.TOO_FEW)}


def test_a_task_without_a_link_has_no_national_item_and_is_refused_by_these_fields() -> None:
    ad_hoc = replace(ABOUT, supervise_item_code="", supervise_item_check_icode="", supervise_item_name="")
    fields = ("supervise_item_implement_code", "supervise_item_check_icode", "check_action_name")
    missing = {(name, FieldRule.MANDATORY) for name in fields}
    assert broken(judged("check_action", check_action_row(replace(CHECK, about=ad_hoc)))) == missing


def test_a_penalty_goes_to_both_platforms_in_their_own_words() -> None:
    national = judged("penalty_action", penalty_action_row(PUNISHED)).cells
    assert (national["check_action_code"], national["punish_type"], national["fine"]) == (
        "J-1",
        ["02", "01"],
        "5000.50",
    )
    assert (national["no_penalty"], national["decision_date"]) == ("0", "2026-03-09")
    published = judged("penalty", penalty_row(PUNISHED)).cells
    named = ("CF_CFLB", "CF_NR_FK", "CF_JDRQ", "CF_YXQ", "CF_CFJG", "CF_XDR_LB")
    assert [published[code] for code in named] == [
        "罚款、警告",
        "0.50005",
        "2026/03/09",
        "2099/12/31",
        "示例综合执法局",
        "法人及非法人组织",
    ]


def test_filed_closed_and_submitted_follow_each_other() -> None:
    days: dict[str, Any] = {"filing_date": date(2026, 3, 9), "close_date": date(2026, 3, 9)}
    row = penalty_action_row(replace(PUNISHED, penalty=replace(FINE, **days)))
    assert broken(judged("penalty_action", row)) == {("close_date", FieldRule.WRONG_ORDER)}
    late = penalty_action_row(replace(PUNISHED, penalty=replace(FINE, close_date=date(2026, 3, 10))))
    assert broken(judged("penalty_action", late)) == {("submitted_date", FieldRule.WRONG_ORDER)}


def test_where_nobody_was_punished_only_the_national_platform_hears_of_it() -> None:
    spared = Penalty(
        no_penalty=True,
        decision_date=date(2026, 3, 9),
        punish_result="初次违法且危害后果轻微并及时改正",
        **{name: getattr(FINE, name) for name in ("punish_action_name", "punish_action_code", "case_source")},
        **{name: getattr(FINE, name) for name in ("illegal_fact", "punish_basis")},
    )
    facts = replace(PUNISHED, penalty=spared)
    assert penalty_row(facts) is None
    cells = judged("penalty_action", penalty_action_row(facts)).cells
    assert (cells["no_penalty"], cells["punish_type"], cells["punish_document_code"]) == ("1", [], "")


def test_supervision_cannot_name_natural_persons_and_leaves_placeholders_for_approval() -> None:
    check = judged("check_action", check_action_row(replace(CHECK, about=NOBODY)))
    national = judged("penalty_action", penalty_action_row(replace(PUNISHED, about=NOBODY)))
    published = judged("penalty", penalty_row(replace(PUNISHED, about=NOBODY)))
    assert broken(check) == broken(national) == broken(published) == set()
    for cells in (check.cells, national.cells):
        assert (cells["administrative_cp_ui_code"], cells["administrative_cp"]) == ("P" + "A" * 40, "N" + "A" * 40)
    assert (published.cells["CF_XDR_ZJHM"], published.cells["CF_XDR_MC"]) == ("P" + "A" * 40, "N" + "A" * 40)


def test_an_enforcement_body_the_directory_does_not_know_leaves_its_code_to_be_named() -> None:
    unknown = replace(PUNISHED, authority=Authority(code="", name="某执法队", uscc=""))
    row = penalty_row(unknown)
    assert row is not None
    assert row.department == "DEMO-FOOD"
    assert broken(judged("penalty", row)) == {
        ("CF_CFJGDM", FieldRule.MANDATORY),
        ("CF_SJLYDM", FieldRule.MANDATORY),
    }


@pytest.mark.parametrize(
    ("id_type", "id_no", "nature"), [("001", USCC, "2"), ("001", "92640202MA76EXN21B", "3"), ("099", "X1", "3")]
)
def test_the_nature_of_a_counterpart_follows_from_its_code(id_type: str, id_no: str, nature: str) -> None:
    row = check_action_row(replace(CHECK, about=replace(ABOUT, id_type=id_type, id_no=id_no)))
    assert row.values["administrative_cp_na"] == nature


def test_a_check_that_was_drawn_names_its_annual_plan() -> None:
    drawn = replace(CHECK, purpose=Purpose.RANDOM, plan_no="FOOD-2026")
    assert check_action_row(drawn).values["plan_id"] == "FOOD-2026"
    assert not check_action_row(CHECK).values["plan_id"]
