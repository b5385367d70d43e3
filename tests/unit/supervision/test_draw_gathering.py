"""What a pool is made of: who may check in the days planned, which interests become recusals, who is in for certain."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision.domain.certificate import Certificate
from supervision.domain.conflict import Conflict
from supervision.domain.draws.gathering import Candidate, Gathered, aimed_at, departments_with_certificates, pool_of
from supervision.domain.draws.pool import Pool
from supervision.domain.inspector import Inspector
from supervision.domain.plans import Floors, Frequency, Target
from tests.fakes.plans import FOOD, HYGIENE, a_matter, an_entry
from tests.fakes.supervised import a_link, a_version

A, B, C, D = RiskClass
TODAY = date(2011, 9, 2)
ENTRY = an_entry(ratios=dict.fromkeys(RiskClass, Decimal("0.5")))
"""From 2011-10-01 to 2011-11-30."""
FIRST, LAST = ENTRY.starts_on, ENTRY.ends_on
MATTERS = {FOOD: a_matter(), HYGIENE: a_matter(HYGIENE)}


def candidates(*letters: RiskClass, **changes: Any) -> list[Candidate]:
    return [
        replace(Candidate("s", f"O{n}", letter, ("001", f"E{n}"), known_since=date(2011, 9, 1)), **changes)
        for n, letter in enumerate(letters)
    ]


def an_inspector(code: str = "I1", **changes: Any) -> Inspector:
    return Inspector(**{"code": code, "name": "示例", "department": "DEMO-FOOD"} | changes)


def a_conflict(**changes: Any) -> Conflict:
    plain: dict[str, Any] = {
        "conflict_id": "1",
        "inspector": "I1",
        "id_type": "",
        "id_no": "",
        "source_system": "s",
        "object_no": "O0",
        "reason": "近亲属",
        "valid_from": TODAY,
        "valid_to": None,
        "declared_by": "chief",
        "declared_at": datetime(2011, 9, 1, tzinfo=UTC),
    }
    return Conflict(**plain | changes)


def gathered(
    *people: Inspector, objects: list[Candidate] | None = None, conflicts: tuple[Conflict, ...] = (), **of: Any
) -> Pool:
    entry, certified = of.get("entry", ENTRY), of.get("certified", ())
    found = Gathered(objects=objects or candidates(D, D), inspectors=people, conflicts=conflicts)
    return pool_of(entry, MATTERS, found, certified, TODAY)


def able(inspector: Inspector, **of: Any) -> bool:
    (department,) = gathered(inspector, **of).departments
    return bool(department.inspectors)


@pytest.mark.parametrize(
    ("changes", "comes"),
    [
        ({}, True),
        ({"department": "DEMO-FIRE"}, False),
        ({"left_on": LAST}, False),
        ({"left_on": date(2011, 12, 1)}, True),
        ({"certificate": Certificate(no="Z1", valid_to=date(2011, 9, 30))}, False),
        ({"certificate": Certificate(no="Z1", valid_to=FIRST)}, True),
        ({"certificate": Certificate(no="Z1", valid_from=date(2011, 10, 2))}, False),
        ({"matters": (FOOD,)}, True),
        ({"matters": (HYGIENE,)}, False),
    ],
)
def test_who_may_check_whatever_is_drawn_from_first_day_to_last_is_in_the_pool(
    changes: dict[str, Any], *, comes: bool
) -> None:
    assert able(an_inspector(**changes)) is comes


def test_who_may_check_only_some_of_the_matters_is_not() -> None:
    both = an_entry(ratios=ENTRY.ratios, matters=(FOOD, HYGIENE))
    assert not able(an_inspector(matters=(FOOD,)), entry=both)
    assert able(an_inspector(matters=(FOOD, HYGIENE)), entry=both)


def test_where_a_link_asks_for_certificates_nobody_comes_without() -> None:
    links = a_link(supervise_item_code=FOOD, certificate_required=True), a_link("FIRE", department="DEMO-FIRE")
    certified = departments_with_certificates(ENTRY, a_version(*links))
    assert certified == {"DEMO-FOOD"}
    assert not able(an_inspector(), certified=certified)
    assert able(an_inspector(certificate=Certificate(no="Z1")), certified=certified)
    assert departments_with_certificates(ENTRY, None) == frozenset()


@pytest.mark.parametrize(
    ("changes", "recused"),
    [
        ({}, {"s:O0"}),
        ({"source_system": "", "object_no": "", "id_type": "001", "id_no": "E1"}, {"s:O1"}),
        ({"valid_from": LAST}, {"s:O0"}),
        ({"valid_from": date(2011, 12, 1)}, set()),
        ({"valid_from": date(2011, 1, 1), "valid_to": date(2011, 9, 1)}, set()),
        ({"valid_from": date(2011, 1, 1), "valid_to": TODAY}, {"s:O0"}),
        ({"inspector": "somebody"}, set()),
    ],
)
def test_an_interest_that_holds_on_a_day_until_the_window_ends_is_a_recusal(
    changes: dict[str, Any], recused: set[str]
) -> None:
    pool = gathered(an_inspector(), conflicts=(a_conflict(**changes),))
    assert pool.recusals == {("I1", ref) for ref in recused}


def test_an_interest_in_a_subject_is_one_in_all_its_objects() -> None:
    objects = candidates(D, D, D, subject=("001", "CHAIN"))
    named = {"source_system": "", "object_no": "", "id_type": "001", "id_no": "CHAIN"}
    pool = gathered(an_inspector(), objects=objects, conflicts=(a_conflict(**named),))
    assert pool.recusals == {("I1", f"s:O{n}") for n in range(3)}


def test_the_quota_is_that_of_the_plan_and_who_is_overdue_is_in_for_certain() -> None:
    entry = an_entry(ratios=ENTRY.ratios, frequency=Frequency(at_least_every_months=24), floors=Floors(min_total=6))
    old = candidates(A, A, A, known_since=date(2009, 1, 1), last_checked=date(2011, 1, 1))
    overdue = replace(old[0], object_no="OLD", last_checked=date(2009, 9, 2))
    fresh = [replace(each, object_no=f"NEW{each.object_no}") for each in candidates(B, B, B, C)]
    pool = gathered(objects=[*old, overdue, *fresh], entry=entry)
    assert [each.ref for each in pool.objects if each.certain] == ["s:OLD"]
    assert dict(pool.quota) == {A: 1, B: 3, C: 1, D: 0}
    assert pool.drawn == 6


def test_nothing_is_announced_that_draws_nothing() -> None:
    with pytest.raises(Refusal, match="nothing-to-draw"):
        gathered(an_inspector(), entry=an_entry(ratios=dict.fromkeys(RiskClass, Decimal(0))))


def test_a_targeted_entry_takes_the_first_of_the_ranking_that_are_its_own_for_certain() -> None:
    aimed = replace(ENTRY, target=Target(top=2), ratios=dict.fromkeys(RiskClass, Decimal(0)))
    found = Gathered(objects=candidates(A, A, A, D), inspectors=(an_inspector(),), conflicts=())
    first = aimed_at(aimed, [("s", "ELSEWHERE"), ("s", "O2"), ("s", "O0"), ("s", "O3")], found)
    assert first == {("s", "O2"), ("s", "O0")}
    pool = pool_of(aimed, MATTERS, found, (), TODAY, first)
    assert {each.ref for each in pool.objects if each.certain} == {"s:O0", "s:O2"}
    assert pool.drawn == 2


def test_the_first_of_the_ranking_count_into_the_quota_of_their_class() -> None:
    found = Gathered(objects=candidates(D, D, D, D), inspectors=(an_inspector(),), conflicts=())
    pool = pool_of(ENTRY, MATTERS, found, (), TODAY, {("s", "O3")})
    assert (pool.drawn, pool.quota[D]) == (2, 1)


def test_an_entry_that_takes_nothing_of_the_ranking_needs_none() -> None:
    assert aimed_at(ENTRY, None, Gathered(objects=candidates(A), inspectors=(), conflicts=())) == frozenset()


def test_an_entry_just_amended_to_follow_the_ranking_is_prepared_anew() -> None:
    aimed, found = replace(ENTRY, target=Target(top=1)), Gathered(objects=candidates(A), inspectors=(), conflicts=())
    with pytest.raises(Refusal) as refused:
        aimed_at(aimed, None, found)
    assert (refused.value.code, refused.value.status, refused.value.retryable) == ("plan-amended", 409, True)
