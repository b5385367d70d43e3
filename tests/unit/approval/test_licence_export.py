"""What approval says of a licence by the national codes: who the holder is, the term, the state, the join key."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from approval.domain.licence_export import LicenceCategories, LicenceFacts, licence_row, parse_categories
from kernel.decision import DecisionKind
from kernel.field_table import FieldRule, Verdict, judge
from kernel.refusal import Refusal
from kernel.subject import SubjectKind
from tests.fakes.field_rows import SERVICES, TABLES, USCC

PLAIN = LicenceCategories()
FACTS = LicenceFacts(
    source_system="test",
    case_id="A1",
    item_code="000131024000",
    item_name="食品经营许可",
    decided_on=date(2026, 3, 2),
    valid_from=None,
    valid_to=None,
    licence_no="JY26402020001",
    object_name="示例面馆",
    object_address="示例路1号",
    kind=SubjectKind.ORGANISATION,
    id_type="001",
    id_no=USCC,
    name="示例餐饮有限公司",
    department="DEMO-SP",
    department_name="示例审批局",
    department_uscc=USCC,
)
PERSON = replace(FACTS, kind=SubjectKind.PERSON, id_type="111", id_no="11010519491231002X", name="王小明")


def judged(facts: LicenceFacts, categories: LicenceCategories = PLAIN) -> Verdict:
    row = licence_row(facts, categories)
    return judge(TABLES["licence"], row.kind, dict(row.values) | {"cd_batch": "2026030300001"})


def test_a_licence_is_a_row_the_authority_takes() -> None:
    row = licence_row(FACTS, PLAIN)
    assert (row.key, row.dated_on, row.department) == ("test:A1", date(2026, 3, 2), "DEMO-SP")
    cells = judged(FACTS).cells
    said = {code: cells[code] for code in ("XK_XDR_SHXYM", "XK_JDRQ", "XK_YXQZ", "XK_YXQZI", "XK_ITEM_BM", "XK_ZT")}
    assert said == {
        "XK_XDR_SHXYM": USCC,
        "XK_JDRQ": "2026/03/02",
        "XK_YXQZ": "2026/03/02",
        "XK_YXQZI": "2099/12/31",
        "XK_ITEM_BM": "000131024000",
        "XK_ZT": "0",
    }


@pytest.mark.parametrize(
    ("changes", "category", "code"),
    [
        ({}, "法人及非法人组织", "XK_XDR_SHXYM"),
        ({"id_no": "92640202MA76EXN21B"}, "个体工商户", "XK_XDR_SHXYM"),
        ({"id_type": "099", "id_no": "640202000012345"}, "法人及非法人组织", "XK_XDR_GSZC"),
    ],
)
def test_an_organisation_stands_under_its_own_code(changes: dict[str, Any], category: str, code: str) -> None:
    facts = replace(FACTS, **changes)
    values = licence_row(facts, PLAIN).values
    assert (values["XK_XDR_LB"], values[code]) == (category, facts.id_no)
    assert not any(values.get(each) for each in ("XK_XDR_ZJLX", "XK_XDR_ZJHM"))


def test_a_natural_person_stands_under_the_number_of_the_identity_card() -> None:
    cells = judged(PERSON).cells
    assert (cells["XK_XDR_LB"], cells["XK_XDR_ZJLX"], cells["XK_XDR_ZJHM"]) == ("自然人", "身份证", PERSON.id_no)
    assert [cells[code] for code in TABLES["licence"].one_of[0]] == [""] * 6
    assert cells["XK_FRDB"] == ""
    assert licence_row(replace(PERSON, id_type="099"), PLAIN).values["XK_XDR_ZJLX"] == "其他"


@pytest.mark.parametrize("kind", [kind for kind in DecisionKind if kind.ends_licence])
def test_a_licence_that_ended_stays_a_row_with_another_state(kind: DecisionKind) -> None:
    assert judged(replace(FACTS, ended_by=kind)).cells["XK_ZT"] == ("1" if kind is DecisionKind.ANNUL else "3")


def test_an_item_without_a_department_leaves_the_authority_to_be_named() -> None:
    facts = replace(FACTS, department="", department_name="", department_uscc="")
    missing = {(fault.field, fault.rule) for fault in judged(facts).faults}
    assert missing == {(code, FieldRule.MANDATORY) for code in ("XK_XKJG", "XK_XKJGDM", "XK_LYDW", "XK_LYDWDM")}


def test_an_organisation_known_by_no_code_is_refused_by_name() -> None:
    faults = judged(replace(FACTS, id_type="111", id_no="11010519491231002X")).faults
    assert [(fault.field, fault.rule) for fault in faults] == [("XK_XDR_SHXYM", FieldRule.ONE_NEEDED)]


def test_the_category_of_an_item_may_differ_from_the_usual_one() -> None:
    shipped = (SERVICES / "approval" / "exports.toml").read_text(encoding="utf-8")
    assert parse_categories(shipped) == LicenceCategories(usual="普通", items={})
    categories = parse_categories(shipped.replace("items = {}", 'items = { "000131024000" = "核准" }'))
    assert judged(FACTS, categories).cells["XK_XKLB"] == "核准"
    with pytest.raises(Refusal, match="invalid-export-rules"):
        parse_categories("")
