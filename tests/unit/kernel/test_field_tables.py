"""Every shipped field table, field by field: what it takes, and which field and rule a refused row names."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.field_table import Applies, Cell, Field, FieldKind, FieldRule, FieldTable, Value, judge
from kernel.field_table_file import parse
from kernel.refusal import Refusal
from kernel.subject import SubjectKind
from tests.fakes.field_rows import SERVICES, TABLES, a_row, a_value, concerns

ORGANISATION, PERSON = SubjectKind.ORGANISATION, SubjectKind.PERSON
FIELDS = [(table, field) for table in TABLES.values() for field in table.fields]


def said(part: FieldTable | Field) -> str:
    return part.name


every_field = pytest.mark.parametrize(("table", "field"), FIELDS, ids=said)


def kind_of(field: Field) -> SubjectKind:
    return PERSON if field.applies is Applies.PERSON else ORGANISATION


def broken(table: FieldTable, kind: SubjectKind, row: dict[str, Value]) -> set[tuple[str, FieldRule]]:
    return {(fault.field, fault.rule) for fault in judge(table, kind, row).faults}


@pytest.mark.parametrize(("name", "kind"), list(product(TABLES, SubjectKind)))
def test_a_row_that_is_as_it_should_be_is_accepted_with_every_heading(name: str, kind: SubjectKind) -> None:
    table = TABLES[name]
    verdict = judge(table, kind, a_row(table, kind))
    assert verdict.faults == ()
    assert list(verdict.cells) == list(table.codes)


@every_field
def test_a_mandatory_field_that_is_missing_is_named_and_any_other_may_be(table: FieldTable, field: Field) -> None:
    kind = kind_of(field)
    row = a_row(table, kind) | {field.code: None}
    named = {(field.code, FieldRule.MANDATORY)}
    assert broken(table, kind, row) == (named if field.mandatory and not field.open_end else set())


@pytest.mark.parametrize(
    ("table", "field"), [(t, f) for t, f in FIELDS if f.length and f.kind is not FieldKind.CODE], ids=said
)
def test_a_field_takes_its_length_and_not_one_character_more(table: FieldTable, field: Field) -> None:
    kind, length = kind_of(field), field.length or 0
    listed = field.kind is FieldKind.LIST

    def verdict(text: str) -> set[tuple[str, FieldRule]]:
        tail = f"={field.codes[0]}" if listed and field.codes else ""
        said = text[: len(text) - len(tail)] + tail
        return broken(table, kind, a_row(table, kind) | {field.code: [said] * 2 if listed else said})

    too_long = (field.code, FieldRule.TOO_LONG)
    assert too_long not in verdict("长" * length)
    assert too_long in verdict("长" * (length + 1))


@pytest.mark.parametrize(("table", "field"), [(t, f) for t, f in FIELDS if f.codes], ids=said)
def test_a_coded_field_takes_its_codes_and_no_other(table: FieldTable, field: Field) -> None:
    kind, listed = kind_of(field), field.kind is FieldKind.LIST
    unknown = (field.code, FieldRule.CODE_UNKNOWN)
    for code in field.codes:
        assert unknown not in broken(table, kind, a_row(table, kind) | {field.code: [code] if listed else code})
    assert unknown in broken(table, kind, a_row(table, kind) | {field.code: ["没有"] if listed else "没有"})


@pytest.mark.parametrize(("table", "field"), [(t, f) for t, f in FIELDS if f.kind is FieldKind.USCC], ids=said)
def test_a_unified_code_has_its_check_digit(table: FieldTable, field: Field) -> None:
    row = a_row(table) | {field.code: "91440101MA5C44W112"}
    assert broken(table, ORGANISATION, row) == {(field.code, FieldRule.USCC_WRONG)}


@pytest.mark.parametrize(("table", "field"), [(t, f) for t, f in FIELDS if f.kind is FieldKind.DATE], ids=said)
def test_a_date_is_a_date_and_not_later_than_forever(table: FieldTable, field: Field) -> None:
    assert (field.code, FieldRule.NOT_A_DATE) in broken(table, ORGANISATION, a_row(table) | {field.code: "长期"})
    late = a_row(table) | {field.code: date(2100, 1, 1)}
    assert (field.code, FieldRule.AFTER_THE_END) in broken(table, ORGANISATION, late)


@pytest.mark.parametrize(("table", "field"), [(t, f) for t, f in FIELDS if f.kind is FieldKind.DECIMAL], ids=said)
@pytest.mark.parametrize(
    ("amount", "fits"),
    [("0", True), ("999999999999.999999", True), ("0.0000001", False), ("1000000000000", False), ("-1", False)],
)
def test_an_amount_fits_decimal_18_6(table: FieldTable, field: Field, amount: str, fits: bool) -> None:  # noqa: FBT001
    faults = broken(table, ORGANISATION, a_row(table) | {field.code: Decimal(amount)})
    assert faults == (set() if fits else {(field.code, FieldRule.NOT_A_DECIMAL)})


@pytest.mark.parametrize(("table", "field"), [(t, f) for t, f in FIELDS if f.applies is not Applies.ALL], ids=said)
def test_what_is_not_for_a_subject_stays_empty_in_its_row(table: FieldTable, field: Field) -> None:
    other = ORGANISATION if field.applies is Applies.PERSON else PERSON
    rule = FieldRule.NOT_FOR_PERSON if other is PERSON else FieldRule.NOT_FOR_ORGANISATION
    assert broken(table, other, a_row(table, other) | {field.code: a_value(field)}) == {(field.code, rule)}
    assert judge(table, other, a_row(table, other)).cells[field.code] == ""


def test_a_natural_person_has_no_organisation_codes_and_no_legal_representative() -> None:
    for name, prefix in (("licence", "XK"), ("penalty", "CF")):
        cells = judge(TABLES[name], PERSON, a_row(TABLES[name], PERSON)).cells
        codes = ("SHXYM", "GSZC", "ZZJG", "SWDJ", "SYDW", "SHZZ")
        assert [cells[f"{prefix}_XDR_{code}"] for code in codes] == [""] * len(codes)
        assert cells[f"{prefix}_FRDB"] == cells[f"{prefix}_FR_ZJHM"] == ""
        assert cells[f"{prefix}_XDR_ZJHM"]


def test_an_organisation_has_one_of_its_codes_at_least_and_no_numbers_of_a_person() -> None:
    for name, prefix in (("licence", "XK"), ("penalty", "CF")):
        table = TABLES[name]
        row = a_row(table)
        bare = {code: value for code, value in row.items() if code not in table.one_of[0]}
        assert broken(table, ORGANISATION, bare) == {(f"{prefix}_XDR_SHXYM", FieldRule.ONE_NEEDED)}
        for code in table.one_of[0]:
            assert broken(table, ORGANISATION, bare | {code: row[code]}) == set()
        cells = judge(table, ORGANISATION, row).cells
        assert cells[f"{prefix}_XDR_ZJHM"] == cells[f"{prefix}_XDR_ZJLX"] == ""


@pytest.mark.parametrize(("name", "code"), [("licence", "XK_YXQZI"), ("penalty", "CF_YXQ")])
def test_a_term_without_end_is_written_2099_12_31(name: str, code: str) -> None:
    row = a_row(TABLES[name])
    for end, written in ((None, "2099/12/31"), (date(2099, 12, 31), "2099/12/31"), (date(2031, 3, 9), "2031/03/09")):
        assert judge(TABLES[name], ORGANISATION, row | {code: end}).cells[code] == written


def test_days_are_written_as_each_table_wants_them() -> None:
    assert judge(TABLES["licence"], ORGANISATION, a_row(TABLES["licence"])).cells["XK_JDRQ"] == "2026/03/10"
    assert (
        judge(TABLES["check_action"], ORGANISATION, a_row(TABLES["check_action"])).cells["check_date"] == "2026-03-06"
    )


@pytest.mark.parametrize(
    ("name", "before", "after", "same_day"),
    [
        ("check_action", "check_date", "submitted_date", False),
        ("penalty_action", "filing_date", "close_date", False),
        ("penalty_action", "close_date", "submitted_date", False),
        ("licence", "XK_YXQZ", "XK_YXQZI", True),
    ],
)
def test_one_day_comes_before_the_other(name: str, before: str, after: str, same_day: bool) -> None:  # noqa: FBT001
    table, day = TABLES[name], date(2026, 3, 15)
    others = {"filing_date": None, "decision_date": None, "close_date": None, "submitted_date": date(2026, 4, 1)}
    row = a_row(table) | {code: value for code, value in others.items() if code in table.codes}
    named = (after, FieldRule.WRONG_ORDER)
    assert named not in broken(table, ORGANISATION, row | {before: day, after: date(2026, 3, 16)})
    assert named in broken(table, ORGANISATION, row | {before: day, after: date(2026, 3, 14)})
    assert (named not in broken(table, ORGANISATION, row | {before: day, after: day})) is same_day


def test_two_officers_make_a_check() -> None:
    table = TABLES["check_action"]
    alone = a_row(table) | {"check_personnel": ["甲"]}
    assert broken(table, ORGANISATION, alone) == {("check_personnel", FieldRule.TOO_FEW)}


def test_a_line_of_a_check_has_one_of_four_results() -> None:
    table = TABLES["check_action"]
    for result in ("合格", "不合格", "未检查", "合理缺项"):
        assert broken(table, ORGANISATION, a_row(table) | {"check_item_results": [f"12={result}"]}) == set()
    wrong = a_row(table) | {"check_item_results": ["12=良好"]}
    assert broken(table, ORGANISATION, wrong) == {("check_item_results", FieldRule.CODE_UNKNOWN)}


def test_where_nobody_was_punished_there_is_neither_kind_nor_document() -> None:
    table = TABLES["penalty_action"]
    without: dict[str, Value] = {"punish_type": [], "punish_document_code": ""}
    assert broken(table, ORGANISATION, a_row(table) | without | {"no_penalty": True}) == set()
    assert broken(table, ORGANISATION, a_row(table) | without) == {
        ("punish_type", FieldRule.MANDATORY),
        ("punish_document_code", FieldRule.MANDATORY),
    }


SEEN = {
    "licence": {"XK_XDR_MC": 200, "XK_XDR_GSZC": 50, "XK_XDR_SWDJ": 15, "XK_XDR_SYDW": 12, "XK_XDR_SHZZ": 50}
    | {"XK_FRDB": 50, "XK_FR_ZJHM": 64, "XK_XDR_ZJHM": 64, "XK_XKJGDM": 18, "XK_LYDW": 200, "XK_LYDWDM": 18},
    "penalty": {"CF_XDR_MC": 200, "CF_WSH": 128, "CF_NR_ZKDX": 200, "CF_CFJG": 200, "CF_CFJGDM": 18, "CF_SJLY": 200},
    "check_action": {"record_unique_identity": 100, "supervise_item_implement_code": 14, "check_action_code": 50}
    | {"supervise_object": 200, "administrative_cp": 200, "administrative_cp_ui_code": 20, "area_number": 6}
    | {"implement_institution": 100, "implement_institution_code": 20, "address_operating": 400, "plan_id": 50},
    "penalty_action": {"punish_action_name": 500, "punish_action_code": 50, "check_action_code": 50}
    | {"legal_review_opinion": 100, "collective_discussion_conclusion": 1000, "punish_document_code": 100}
    | {"punish_result": 1000},
}
"""Lengths seen in running code (domain research 2.4, 2.5)."""
NEEDED = {
    "check_action": "supervise_item_implement_code supervise_item_check_icode check_action_name check_action_code "
    "supervise_object administrative_cp administrative_cp_na administrative_cp_ce_type administrative_cp_ui_code "
    "area_number check_form check_type check_result check_date check_personnel",
    "penalty_action": "punish_action_name punish_action_code case_source check_action_code illegal_fact punish_basis "
    "case_process_type is_hearing is_criminal punish_document_code decision_date punish_type punish_result "
    "reconsideration litigation no_penalty",
}
"""Mandatory in the national validator (the same)."""


@pytest.mark.parametrize("name", SEEN)
def test_the_lengths_seen_in_running_code_are_those_of_the_table_and_confirmed(name: str) -> None:
    fields = {field.code: field for field in TABLES[name].fields}
    assert {code: fields[code].length for code in SEEN[name]} == SEEN[name]
    assert [code for code in SEEN[name] if not fields[code].confirmed] == []


@pytest.mark.parametrize("name", NEEDED)
def test_what_the_national_validator_demands_is_mandatory(name: str) -> None:
    mandatory = {field.code for field in TABLES[name].fields if field.mandatory}
    assert set(NEEDED[name].split()) - mandatory == set()


VALUES = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.text(min_size=190, max_size=210, alphabet="长a"),
    st.dates(date(1990, 1, 1), date(2101, 1, 1)),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-10, max_value=10**13, places=7),
    st.booleans(),
    st.lists(st.sampled_from(["甲", "乙=合格", "", "01"]), max_size=3),
)


@settings(max_examples=400)
@given(data=st.data(), name=st.sampled_from(sorted(TABLES)), kind=st.sampled_from(list(SubjectKind)))
def test_an_accepted_row_always_satisfies_its_table(data: st.DataObject, name: str, kind: SubjectKind) -> None:
    table = TABLES[name]
    changed = data.draw(st.dictionaries(st.sampled_from(table.codes), VALUES, max_size=3))
    verdict = judge(table, kind, a_row(table, kind) | changed)
    if verdict.faults:
        assert {fault.field for fault in verdict.faults} <= set(table.codes)
        return
    for field in table.fields:
        assert satisfied(table, field, kind, verdict.cells[field.code], verdict.cells), field.code


def satisfied(table: FieldTable, field: Field, kind: SubjectKind, cell: Cell, cells: object) -> bool:
    """The same rules said again, on what would be sent."""
    assert isinstance(cells, dict)
    if not concerns(field, kind):
        return cell == ""
    if not cell:
        return not field.mandatory or (bool(field.unless) and cells[field.unless] == "1")
    parts = cell if isinstance(cell, list) else [cell]
    short = all(len(part) <= (field.length or 10**6) for part in parts)
    coded = not field.codes or all(part.rpartition("=")[2] in field.codes for part in parts)
    dated = field.kind is not FieldKind.DATE or "1990" <= str(cell)[:4] <= "2099"
    return (
        short
        and coded
        and dated
        and len(parts) >= field.at_least
        and (field.kind is FieldKind.LIST) == isinstance(cell, list)
    )


LICENCE = (SERVICES / "approval" / "field_tables" / "licence.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ('dates = "YYYY/MM/DD"', 'dates = "DD.MM.YYYY"'),
        ('code = "XK_NR"', 'code = "XK_WSH"'),
        ('before = "XK_YXQZ"', 'before = "XK_NR"'),
        ('["XK_XDR_SHXYM",', '["XK_NOWHERE",'),
        ("source = ", "sources = "),
        ("length = 4000", "length = 0"),
        ('kind = "uscc"', 'kind = "number"'),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_at_start(said: str, instead: str) -> None:
    assert said in LICENCE
    with pytest.raises(Refusal, match="invalid-field-table"):
        parse(LICENCE.replace(said, instead, 1))


def test_a_value_for_a_field_the_table_does_not_have_is_a_bug() -> None:
    with pytest.raises(KeyError, match="CF_WSH"):
        judge(TABLES["licence"], ORGANISATION, {"CF_WSH": "1"})
