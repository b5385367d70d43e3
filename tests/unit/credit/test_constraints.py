"""The catalogue of constraints: complete, sourced, in proportion; measures come from it and from nowhere else."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from credit.domain.bar import Bar, bar_id_of
from credit.domain.constraint_file import LONGEST, constraints
from credit.domain.constraints import Constraints
from credit.domain.record import CreditRecord
from credit.settings import CreditSettings
from kernel.credit import BarKind, RecordClass, RecordKind
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.unit.credit.records import a_record, histories

SHIPPED = CreditSettings().constraints_file.read_text(encoding="utf-8")
CATALOGUE = CreditSettings().constraints()
CODES = {measure.code: measure for measure in CATALOGUE.measures}
DAY = date(2012, 3, 1)


def a_bar_of(kind: BarKind, starts_on: date = DAY) -> Bar:
    rule = CATALOGUE.bars[kind]
    return Bar(
        bar_id=bar_id_of("unit", kind, str(starts_on)),
        subject=SubjectKey("099", "S1"),
        source_system="unit",
        region="640202",
        kind=kind,
        item_code="SAFE" if rule.for_item else "",
        legal_basis=rule.legal_basis,
        document_no="决1号",
        starts_on=starts_on,
        ends_on=rule.ends(starts_on),
        department="SPJ",
        by="xy-1",
    )


def codes(catalogue: Constraints, records: list[CreditRecord], bars: list[Bar], on: date = DAY) -> set[str]:
    return {each.measure.code for each in catalogue.in_force(records, bars, on)}


def test_every_row_as_shipped_has_a_source_and_only_the_law_itself_is_confirmed() -> None:
    bases = [basis for rule in CATALOGUE.lists.values() for basis in rule.legal_bases]
    rows: list[Any] = [*CATALOGUE.lists.values(), *CATALOGUE.bars.values(), *CATALOGUE.measures, *bases]
    assert len(rows) == 22
    assert all(row.source for row in rows)
    assert [row.source.startswith("行政许可法") for row in rows if row.confirmed] == [True] * 3


def test_the_terms_are_those_of_the_laws() -> None:
    assert {kind: rule.months for kind, rule in CATALOGUE.bars.items()} == LONGEST
    assert {kind: rule.legal_basis for kind, rule in CATALOGUE.bars.items()} == {
        BarKind.REFUSAL: "行政许可法第七十八条",
        BarKind.ANNULMENT: "行政许可法第七十九条",
        BarKind.PROCUREMENT: "政府采购法第二十二条",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("months: 12\n    legal", "months: 13\n    legal"),
        ("months: 36\n    legal", "months: 37\n    legal"),
        ("months: 12\n    legal", "months: 0\n    legal"),
        ("months: 12\n    legal", "months: many\n    legal"),
        ("for_item: true", "for_item: false"),
        ("for_item: false", "for_item: true"),
        ("legal_basis: 政府采购法第二十二条\n    for", "legal_basis: ' '\n    for"),
        ("record_class: GENERAL", "record_class: MINOR"),
        ("record_class: SERIOUS", "record_class: MERIT"),
        ("months: 36\n    min_months: 12", "months: 6\n    min_months: 12"),
        ("min_months: 12", "min_months: -1"),
        ("needs_notice: true", "needs_notice: often"),
        ("code: NO-CONTACT", "code: NO-PUBLICITY"),
        ("code: NO-CONTACT", "code: 7"),
        ("code: NO-PROCUREMENT", "code: NO-SAME-ITEM"),
        ("code: NO-PROCUREMENT", "code: ''"),
        ("zh: 不得参加政府采购活动", "zh: ''"),
        ("classes: [GENERAL, SERIOUS]", "classes: [MINOR, SERIOUS]"),
        ("classes: [GENERAL, SERIOUS]", "classes: [MERIT]"),
        ("classes: [GENERAL, SERIOUS]", "classes: [AWFUL]"),
        ("for_general: true", "for_general: false"),
        ("{bars: [PROCUREMENT]}", "{}"),
        ("{bars: [PROCUREMENT]}", "{lists: [PENALTY]}"),
        ("{bars: [PROCUREMENT]}", "{people: [all]}"),
        ("  PROCUREMENT:\n", "  PROCURE:\n"),
        ("  SEVERE_LIST:\n", "  PENALTY:\n"),
        ("measures:\n", "punishments:\n"),
        ("version:", "versions:"),
        ("source: 政府采购法第二十二条\n", "source: ''\n"),
        ("confirmed: true", "confirmed: perhaps"),
    ],
)
def test_a_catalogue_out_of_proportion_or_without_a_law_is_refused(old: str, new: str) -> None:
    assert old in SHIPPED
    with pytest.raises(Refusal, match="invalid-constraints"):
        constraints(yaml.safe_load(SHIPPED.replace(old, new)))


@pytest.mark.parametrize("document", [None, [], "text", {}, {"version": "1"}])
def test_what_is_no_catalogue_is_refused(document: Any) -> None:
    with pytest.raises(Refusal, match="invalid-constraints"):
        constraints(document)


def test_a_deployment_may_name_its_own_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "constraints.yaml"
    own.write_text(SHIPPED.replace("NO-FUNDING", "NO-MONEY"), encoding="utf-8")
    monkeypatch.setenv("SHENGUAN_CREDIT_CONSTRAINTS_FILE", str(own))
    assert "NO-MONEY" in {measure.code for measure in CreditSettings().constraints().measures}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (a_record(1, RecordClass.MINOR), set()),
        (a_record(1, RecordClass.MERIT, kind=RecordKind.COMMENDATION), set()),
        (a_record(1, RecordClass.GENERAL), {"CLOSE-WATCH"}),
        (a_record(1, RecordClass.SERIOUS), {"CLOSE-WATCH", "NO-COMMITMENT", "NO-HONOUR", "NO-PREFERENCE"}),
        (a_record(1, RecordClass.GENERAL, kind=RecordKind.ABNORMAL_LIST), {"CLOSE-WATCH", "NO-HONOUR"}),
        (
            a_record(1, RecordClass.SERIOUS, kind=RecordKind.SEVERE_LIST),
            {"CLOSE-WATCH", "NO-COMMITMENT", "NO-FUNDING", "NO-HONOUR", "NO-PREFERENCE"},
        ),
    ],
)
def test_the_measures_of_a_record_follow_from_its_class_and_list(record: CreditRecord, expected: set[str]) -> None:
    assert codes(CATALOGUE, [record], []) == expected == set(CATALOGUE.measures_of(record))


def test_an_objection_suspends_the_measures_that_rest_on_the_record() -> None:
    record = a_record(1, RecordClass.SERIOUS)
    assert codes(CATALOGUE, [record.marked("O1", DAY)], []) == set()
    assert codes(CATALOGUE, [record.marked("O1", DAY).unmarked("O1", DAY)], []) != set()


def test_a_measure_names_everything_it_rests_on() -> None:
    records = [a_record(number, RecordClass.GENERAL) for number in (1, 2)]
    (watched,) = CATALOGUE.in_force([*records, a_record(3, RecordClass.MINOR)], [], DAY)
    assert set(watched.rests_on) == {record.record_id for record in records}


some_bars = st.lists(
    st.tuples(st.sampled_from(list(BarKind)), st.dates(date(2009, 1, 1), date(2014, 12, 31))), max_size=4
).map(lambda found: [a_bar_of(kind, on) for kind, on in found])


@given(histories, some_bars, st.dates(date(2009, 1, 1), date(2016, 12, 31)))
def test_measures_come_from_the_catalogue_rest_on_what_is_open_and_never_on_minor(
    records: list[CreditRecord], bars: list[Bar], on: date
) -> None:
    found = CATALOGUE.in_force(records, bars, on)
    assert [each.measure for each in found] == [m for m in CATALOGUE.measures if m in [e.measure for e in found]]
    by_id = {record.record_id: record for record in records}
    standing = {bar.bar_id for bar in bars if bar.in_force_on(on)}
    for each in found:
        assert each.rests_on
        for ground in each.rests_on:
            record = by_id.get(ground)
            assert (record is None) is (ground in standing)
            if record:
                assert record.used_on(on)
                assert record.record_class not in {RecordClass.MINOR, RecordClass.MERIT}
                assert record.record_class is not RecordClass.GENERAL or each.measure.for_general
    assert not codes(CATALOGUE, [r for r in records if r.record_class is RecordClass.MINOR], [], on)


@given(histories, st.dates(date(2009, 1, 1), date(2016, 12, 31)))
def test_the_order_of_the_records_says_nothing(records: list[CreditRecord], on: date) -> None:
    assert CATALOGUE.in_force(records, [], on) == CATALOGUE.in_force(records[::-1], [], on)


def test_no_measure_outlives_what_it_rests_on() -> None:
    bar = a_bar_of(BarKind.REFUSAL)
    assert codes(CATALOGUE, [], [bar], bar.ends_on) == {"NO-SAME-ITEM"}
    assert codes(CATALOGUE, [], [bar], bar.ends_on + timedelta(days=1)) == set()
