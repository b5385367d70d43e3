"""The credit gate, pure: which hold leads to which answer, on which day, for which item."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import approval
from approval.domain.gate import GateFacts, GateReason, judge
from approval.domain.gate_rules import GateAnswer, GateRules, parse
from approval.domain.hold import Hold, HoldKind, HoldOrigin
from approval.domain.item import Item
from kernel.credit import Grade
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.approval import FOOD
from tests.fakes.gate import DAY, RULES, a_hold

TEXT = (Path(approval.__file__).parent / "gate.toml").read_text(encoding="utf-8")
PLAIN = replace(FOOD, public_safety=False)
OTHER = replace(FOOD, item_code="2001")
BARS = [HoldKind.REFUSAL, HoldKind.ANNULMENT]
DAYS = st.dates(date(2025, 1, 1), date(2028, 1, 1))


@st.composite
def holds(draw: st.DrawFn) -> Hold:
    begun = draw(DAYS)
    return Hold(
        origin=draw(st.sampled_from(HoldOrigin)),
        hold_id=draw(st.sampled_from("ABCDEF")),
        subject=SubjectKey("001", "X"),
        kind=draw(st.sampled_from(HoldKind)),
        item_code=draw(st.sampled_from(["", "1006", "2001"])),
        starts_on=begun,
        ends_on=draw(st.none() | DAYS),
        ended_on=draw(st.none() | DAYS),
    )


def answer(*held: Hold, day: date = DAY, grade: Grade | None = None, item: object = FOOD) -> GateAnswer:
    assert isinstance(item, type(FOOD))
    return judged(item, grade, held, day)[0]


def judged(
    item: Item, grade: Grade | None, held: Iterable[Hold], day: date = DAY, contested: Iterable[str] = ()
) -> tuple[GateAnswer, tuple[GateReason, ...]]:
    facts = GateFacts(item=item, grade=grade, holds=tuple(held), under_objection=frozenset(contested))
    return judge(item, facts, day, RULES)


def test_nobody_is_held_back_without_records_and_without_a_grade() -> None:
    assert judged(FOOD, None, (), DAY) == (GateAnswer.ALLOW, ())


@pytest.mark.parametrize("kind", BARS)
def test_a_bar_counts_on_its_first_and_last_day_and_not_before_or_after(kind: HoldKind) -> None:
    bar, day = a_hold(kind), timedelta(days=1)
    assert bar.starts_on
    assert bar.ends_on
    days = [bar.starts_on - day, bar.starts_on, bar.ends_on, bar.ends_on + day]
    assert [answer(bar, day=each) for each in days] == ["ALLOW", "REFUSE", "REFUSE", "ALLOW"]


@pytest.mark.parametrize("kind", BARS)
def test_a_bar_counts_for_its_item_alone_and_only_where_public_safety_is_concerned(kind: HoldKind) -> None:
    assert [answer(a_hold(kind), item=item) for item in (FOOD, OTHER, PLAIN)] == ["REFUSE", "ALLOW", "ALLOW"]


def test_a_lifted_bar_says_nothing_from_the_day_it_was_lifted_on() -> None:
    lifted = a_hold(ended_on=DAY)
    assert [answer(lifted, day=day) for day in (DAY - timedelta(days=1), DAY)] == ["REFUSE", "ALLOW"]


def test_a_restriction_counts_for_its_item_whether_or_not_it_concerns_public_safety_for_a_year() -> None:
    hold = a_hold(HoldKind.RESTRICT, ends_on=None)
    assert [answer(hold, item=item) for item in (FOOD, PLAIN, OTHER)] == ["REFUSE", "REFUSE", "ALLOW"]
    assert [answer(hold, day=day) for day in (date(2027, 3, 1), date(2027, 3, 2))] == ["REFUSE", "ALLOW"]
    unknown = replace(hold, item_code="")
    assert answer(unknown) == "ALLOW"


@pytest.mark.parametrize("kind", [HoldKind.SEVERE_LIST, HoldKind.COMMITMENT_BREACH])
def test_severe_dishonesty_and_an_unrepaired_breach_leave_no_commitment_for_any_item(kind: HoldKind) -> None:
    hold = a_hold(kind, item_code="", ends_on=None)
    assert [answer(hold, item=item) for item in (FOOD, OTHER, PLAIN)] == ["ALLOW_WITHOUT_COMMITMENT"] * 3
    assert answer(replace(hold, ended_on=DAY)) == "ALLOW"


@pytest.mark.parametrize("kind", [HoldKind.PROCUREMENT, HoldKind.ABNORMAL_LIST])
def test_some_holds_say_nothing_here(kind: HoldKind) -> None:
    assert judged(FOOD, None, [a_hold(kind)], DAY) == (GateAnswer.ALLOW, ())


def test_the_worst_grade_alone_leaves_no_commitment() -> None:
    assert [answer(grade=grade) for grade in Grade] == ["ALLOW", "ALLOW", "ALLOW", "ALLOW_WITHOUT_COMMITMENT"]


def test_reasons_name_basis_document_and_last_day_the_most_severe_first() -> None:
    listed = a_hold(HoldKind.SEVERE_LIST, "L1", origin=HoldOrigin.LIST, item_code="", ends_on=None)
    said, reasons = judged(FOOD, Grade.D, [listed, a_hold(ended_on=date(2026, 7, 1))], DAY)
    assert said is GateAnswer.REFUSE
    assert [reason.code for reason in reasons] == ["barred-after-refusal", "credit-grade", "severe-list"]
    bar = reasons[0]
    assert (bar.basis, bar.document_no, bar.until, bar.hold_id) == ("依据", "文〔2026〕1号", date(2026, 6, 30), "B1")
    assert (bar.confirmed, bar.rule[:6]) == (True, "行政许可法第")
    assert "2026-06-30" in bar.zh
    assert "2026-06-30" in bar.en
    assert (reasons[1].basis, reasons[2].until) == (RULES.grades[Grade.D].source, None)


def test_a_hold_of_which_only_the_end_is_known_says_nothing() -> None:
    end = Hold(origin=HoldOrigin.BAR, hold_id="B", subject=SubjectKey("001", "X"), ended_on=DAY)
    assert judged(FOOD, None, [end], DAY) == (GateAnswer.ALLOW, ())


BREACH = a_hold(HoldKind.COMMITMENT_BREACH, "R1", origin=HoldOrigin.RECORD, item_code="")


def test_a_breach_under_objection_is_shown_and_changes_nothing() -> None:
    said, (reason,) = judged(FOOD, None, [BREACH], contested=["R1"])
    assert (said, reason.answer, reason.code) == ("ALLOW", "ALLOW", "commitment-breach-under-objection")
    assert (reason.hold_id, reason.document_no, reason.until) == ("R1", BREACH.document_no, BREACH.ends_on)
    assert "异议处理中" in reason.zh
    assert "objection" in reason.en
    assert judged(FOOD, None, [BREACH], contested=["R2"])[0] == "ALLOW_WITHOUT_COMMITMENT"


def test_what_else_is_held_keeps_its_effect_and_comes_first() -> None:
    other = replace(BREACH, hold_id="R2")
    said, reasons = judged(FOOD, Grade.D, [BREACH, other], contested=["R1"])
    assert said == "ALLOW_WITHOUT_COMMITMENT"
    assert [reason.code for reason in reasons] == [
        *("commitment-breach", "credit-grade", "commitment-breach-under-objection"),
    ]


def test_an_objection_shows_nothing_that_is_over_and_concerns_no_bar_of_the_same_number() -> None:
    assert judged(FOOD, None, [replace(BREACH, ended_on=DAY)], contested=["R1"]) == (GateAnswer.ALLOW, ())
    assert judged(FOOD, None, [a_hold(hold_id="R1")], contested=["R1"])[0] == "REFUSE"


@given(held=st.lists(holds(), max_size=6), contested=st.sets(st.sampled_from("ABCDEF")), day=DAYS)
def test_an_objection_never_makes_the_answer_harder_and_hides_no_reason(
    held: list[Hold], contested: set[str], day: date
) -> None:
    plain, reasons = judged(FOOD, None, held, day)
    said, shown = judged(FOOD, None, held, day, contested)
    assert said.severity <= plain.severity
    assert sorted(reason.hold_id for reason in shown) == sorted(reason.hold_id for reason in reasons)


@given(held=st.lists(holds(), max_size=6), more=holds(), day=DAYS, grade=st.none() | st.sampled_from(Grade))
def test_a_further_hold_never_makes_the_answer_milder(
    held: list[Hold], more: Hold, day: date, grade: Grade | None
) -> None:
    before, reasons = judged(FOOD, grade, held, day)
    after, further = judged(FOOD, grade, [*held, more], day)
    assert after.severity >= before.severity
    assert all(reason in further for reason in reasons)
    assert after is max((reason.answer for reason in further), key=lambda a: a.severity, default=GateAnswer.ALLOW)


@given(held=st.lists(holds(), max_size=6), day=DAYS, end=DAYS)
def test_ending_holds_never_makes_the_answer_harder(held: list[Hold], day: date, end: date) -> None:
    ended = [replace(hold, ended_on=min(end, hold.ended_on or end)) for hold in held]
    assert judged(FOOD, None, ended, day)[0].severity <= judged(FOOD, None, held, day)[0].severity


@given(held=st.permutations([a_hold(kind, f"H{n}", item_code="1006") for n, kind in enumerate(HoldKind)]))
def test_the_order_of_holds_does_not_matter(held: list[Hold]) -> None:
    assert judged(FOOD, None, held, DAY) == judged(FOOD, None, held[::-1], DAY)


def test_the_rules_that_are_shipped_name_their_sources_and_only_the_licensing_law_is_confirmed() -> None:
    rules: GateRules = RULES
    every = [*rules.holds.values(), *rules.grades.values()]
    assert all(rule.source for rule in every)
    assert {kind for kind, rule in rules.holds.items() if rule.confirmed} == set(BARS)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (('kind = "RESTRICT"', 'kind = "NONSENSE"'), "NONSENSE"),
        (('kind = "RESTRICT"', 'kind = "REFUSAL"'), "two rules for REFUSAL"),
        (('answer = "REFUSE"', 'answer = "NO"'), "NO"),
        (("months = 12", "months = 0"), "above 0"),
        (("months = 12", "weeks = 3"), "weeks"),
        (('version = "2026-1"', 'version = " "'), "a version"),
        (('version = "2026-1"', ""), "version"),
    ],
)
def test_rules_that_cannot_be_understood_are_refused_at_the_start(change: tuple[str, str], what: str) -> None:
    with pytest.raises(Refusal, match="invalid-gate-rules") as caught:
        parse(TEXT.replace(*change, 1))
    assert what in caught.value.en


def test_every_kind_of_hold_needs_a_rule() -> None:
    first, *others = TEXT.split("\n[[grade]]")[0].split("\n[[hold]]")
    for left_out in range(len(others)):
        kept = [one for n, one in enumerate(others) if n != left_out]
        with pytest.raises(Refusal, match="no rule for"):
            parse("\n[[hold]]".join([first, *kept]))
