"""The risk class by itself: the table, what it may never say, and overrides day by day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.credit import Grade
from kernel.refusal import Refusal
from kernel.risk import RiskBasis, RiskClass
from supervision.domain.catalogue import Risk
from supervision.domain.risk import GRADES, RiskEdition, RiskTable, risk_class
from supervision.domain.risk_object import items_held
from supervision.domain.risk_override import OverrideRisk, OverrideState, RiskOverride
from supervision.domain.risk_table import parse
from tests.fakes.risk import SHIPPED, TABLE

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 1, 16, tzinfo=UTC)
grades = st.sampled_from(list(GRADES))
items = st.dictionaries(st.sampled_from(["1006", "1007", "1008"]), st.sampled_from([*Risk, None]))
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@st.composite
def tables(draw: st.DrawFn) -> RiskTable:
    """Any table that does not contradict itself: each cell at least as strict as those before it."""
    classes: dict[tuple[Grade | None, Risk], RiskClass] = {}
    for grade in GRADES:
        for risk in Risk:
            place = list(GRADES).index(grade)
            above = [classes[GRADES[place - 1], risk]] if grade and place else []
            left = [classes[grade, list(Risk)[risk.rank - 1]]] if risk.rank else []
            least = max([RiskClass.A, *above, *left])
            classes[grade, risk] = draw(st.sampled_from([letter for letter in RiskClass if letter >= least]))
    return RiskTable((replace(TABLE.editions[0], classes=classes),))


def an_override(letter: RiskClass = RiskClass.B, by_table: RiskClass = RiskClass.D, **changes: Any) -> RiskOverride:
    plain: dict[str, Any] = {
        "override_id": "00000000-0000-0000-0000-000000000001",
        "source_system": "chicago",
        "object_no": "O1",
        "risk_class": letter,
        "by_table": by_table,
        "reason": "专项整治",
        "legal_basis": "",
        "valid_from": DAY,
        "valid_to": DAY + timedelta(days=9),
        "ordered_by": "head-1",
        "ordered_at": AT,
    }
    return RiskOverride(**plain | changes)


def the_class(grade: Grade | None, risks: dict[str, Risk | None], override: RiskOverride | None = None) -> RiskClass:
    return risk_class(grade, risks, override, TABLE, DAY).risk_class


class TestTable:
    @given(tables(), items, days)
    def test_a_worse_grade_never_gives_a_better_class(
        self, table: RiskTable, risks: dict[str, Risk | None], on: date
    ) -> None:
        letters = [risk_class(grade, risks, None, table, on).risk_class for grade in Grade]
        assert letters == sorted(letters)

    @given(tables(), grades, items, st.sampled_from(list(Risk)), days)
    def test_one_more_item_never_gives_a_better_class(
        self, table: RiskTable, grade: Grade | None, risks: dict[str, Risk | None], more: Risk, on: date
    ) -> None:
        before = risk_class(grade, risks, None, table, on).risk_class
        held = risks or {"1005": table.in_force(on).unknown_item}
        assert risk_class(grade, held | {"1009": more}, None, table, on).risk_class >= before

    @given(tables(), grades, items, days)
    def test_every_object_has_a_class_on_every_day_and_reasons_for_it(
        self, table: RiskTable, grade: Grade | None, risks: dict[str, Risk | None], on: date
    ) -> None:
        said = risk_class(grade, risks, None, table, on)
        assert said.risk_class is table.in_force(on).classes[grade, said.item_risk]
        assert [reason.basis for reason in said.reasons] == [RiskBasis.GRADE, RiskBasis.ITEM]
        assert said.reasons[1].about in {"", *risks}

    def test_of_several_items_the_highest_risk_counts_and_is_named(self) -> None:
        said = risk_class(Grade.B, {"1006": Risk.LOW, "1007": Risk.HIGH, "1008": Risk.MEDIUM}, None, TABLE, DAY)
        assert (said.risk_class, said.item_risk, said.reasons[1].about) == (RiskClass.C, Risk.HIGH, "1007")

    def test_an_unknown_item_and_no_item_count_as_the_table_says(self) -> None:
        assert the_class(Grade.C, {}) is the_class(Grade.C, {"1006": None}) is the_class(Grade.C, {"1": Risk.MEDIUM})

    def test_an_edition_counts_from_its_day_until_the_next(self) -> None:
        first = TABLE.editions[0]
        strict: RiskEdition = replace(
            first, version="2", effective_from=DAY, classes=dict.fromkeys(first.classes, RiskClass.D)
        )
        table = RiskTable((first, strict))
        asked = [risk_class(Grade.A, {}, None, table, day) for day in (date(1900, 1, 1), DAY - timedelta(days=1), DAY)]
        assert [(said.table, said.risk_class) for said in asked] == [
            (first.version, RiskClass.A),
            (first.version, RiskClass.A),
            ("2", RiskClass.D),
        ]


class TestFile:
    def test_the_shipped_table_never_gives_a_better_class_for_worse(self) -> None:
        (edition,) = TABLE.editions
        assert edition.confirmed is False
        for better, worse in pairwise(Grade):
            assert all(edition.classes[worse, risk] >= edition.classes[better, risk] for risk in Risk)

    @pytest.mark.parametrize(
        ("said", "instead", "told"),
        [
            ('C = { LOW = "B",', 'C = { LOW = "D",', "grade D has a better class than C at item risk LOW"),
            ('HIGH = "C" }\nA', 'HIGH = "A" }\nA', "item risk HIGH has a better class than MEDIUM at grade NONE"),
            ('NONE = { LOW = "B", MEDIUM = "B", HIGH = "C" }\n', "", "no class for NONE x LOW"),
            (', HIGH = "D" }', " }", "no class for C x HIGH"),
            ('LOW = "B"', 'LOW = "E"', "'E' is not a valid RiskClass"),
            ("LOW =", "SMALL =", "'SMALL' is not a valid Risk"),
            ("NONE =", "Z =", "no such grade: Z"),
            ("override_months = 12", "override_months = 0", "override_months is 1 to 120"),
            ("override_months = 12", "override_months = 12.5", "override_months is a int"),
            ("confirmed = false", 'confirmed = "no"', "confirmed is a bool"),
            ("effective_from = 2000-01-01", "effective_from = 2000-01-01T00:00:00", "effective_from is a date"),
            ('version = "2026-1"', 'version = "two words"', "version is a code"),
            ('version = "2026-1"\n', "", "KeyError: 'version'"),
            ("[[edition]]", "[edition]", "TypeError"),
            ("[[edition]]", "not toml", "TOMLDecodeError"),
        ],
    )
    def test_a_file_that_contradicts_itself_is_refused_with_the_place(self, said: str, instead: str, told: str) -> None:
        assert said in SHIPPED
        with pytest.raises(Refusal) as refusal:
            parse(SHIPPED.replace(said, instead))
        assert refusal.value.code == "invalid-risk-table"
        assert told in refusal.value.en

    def test_two_editions_with_the_same_day_or_version_are_refused(self) -> None:
        edition = SHIPPED[SHIPPED.index("[[edition]]") :]
        for other in (edition, edition.replace("2000-01-01", "2027-01-01"), edition.replace("2026-1", "2027-1")):
            with pytest.raises(Refusal, match="two editions with the same"):
                parse(SHIPPED + other)

    def test_a_table_changed_under_the_same_version_is_another_one(self) -> None:
        assert parse(SHIPPED.replace('A = { LOW = "A"', 'A = { LOW = "A"')).editions[0].name == TABLE.editions[0].name
        assert parse(SHIPPED.replace('HIGH = "C" }\nA', 'HIGH = "D" }\nA')).editions[0].name != TABLE.editions[0].name


class TestOverride:
    @given(
        st.sampled_from(list(RiskClass)),
        st.sampled_from(list(RiskClass)),
        st.integers(-3, 15),
        st.sampled_from(["", "head-2"]),
    )
    def test_it_never_means_less_supervision_than_the_table_without_a_second_person(
        self, ordered: RiskClass, by_table: RiskClass, day: int, second: str
    ) -> None:
        override = an_override(ordered, by_table)
        if second and override.lowers:
            override = override.confirmed(second, AT)
        on = DAY + timedelta(days=day)
        for now_by_table in RiskClass:
            said = override.applied(now_by_table, on)
            assert said is now_by_table or 0 <= day <= 9
            assert said >= now_by_table or override.confirmed_by == "head-2"

    def test_it_begins_on_its_first_day_and_is_over_after_its_last(self) -> None:
        override = an_override(RiskClass.D, RiskClass.B)
        said = [override.state(DAY + timedelta(days=day)) for day in (-1, 0, 9, 10)]
        assert said == [OverrideState.SCHEDULED, OverrideState.RUNNING, OverrideState.RUNNING, OverrideState.ENDED]
        assert override.next_day(DAY - timedelta(days=1)) == DAY
        assert override.next_day(DAY) == DAY + timedelta(days=10)
        assert override.next_day(DAY + timedelta(days=10)) is None

    def test_the_reasons_name_it_only_while_it_decides(self) -> None:
        floor = an_override(RiskClass.C, RiskClass.B)
        assert risk_class(Grade.B, {}, floor, TABLE, DAY).reasons[-1].about == floor.override_id
        stricter = risk_class(Grade.D, {}, floor, TABLE, DAY)
        assert (stricter.risk_class, stricter.reasons[-1].basis) == (RiskClass.D, RiskBasis.ITEM)

    @pytest.mark.parametrize(
        ("first", "last", "pointers"),
        [
            (None, DAY, []),
            (None, date(2027, 3, 1), []),
            (None, date(2027, 3, 2), ["/until"]),
            (DAY - timedelta(days=1), DAY, ["/from"]),
            (DAY + timedelta(days=5), DAY, ["/until"]),
            (date(9999, 12, 31), date(9999, 12, 31), ["/until"]),
        ],
    )
    def test_its_term_begins_today_or_later_and_has_a_longest(
        self, first: date | None, last: date, pointers: list[str]
    ) -> None:
        command = OverrideRisk(
            source_system="chicago",
            object_no="O1",
            by="head-1",
            risk_class=RiskClass.D,
            reason="专项整治",
            valid_from=first,
            valid_to=last,
        )
        if not pointers:
            assert command.begun(DAY, 12).valid_from == (first or DAY)
            return
        with pytest.raises(Refusal) as refusal:
            command.begun(DAY, 12)
        assert [fault.pointer for fault in refusal.value.faults] == pointers


def test_an_object_without_decisions_holds_nothing() -> None:
    assert items_held([]) == []
