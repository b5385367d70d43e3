"""The draw by itself: fair, the same everywhere, nobody recused, nobody over the limit, never half."""

import random
from collections import Counter
from dataclasses import replace
from itertools import chain, combinations
from math import sqrt
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision.domain.draws.algorithm import digest, draw, result_hash
from supervision.domain.draws.capacity import require_enough
from supervision.domain.draws.pool import DrawnDepartment, Pool, PoolObject
from tests.fakes.draws import SEED, a_pool, as_read, script

A, B, C, D = RiskClass
seeds = st.integers(0, 2**64).map(lambda n: digest("seed", str(n)))
ALONE = script()


@st.composite
def pools(draw: st.DrawFn, *, recusals: bool = True) -> Pool:
    """Any pool, mostly tight: few inspectors, many recusals, low limits."""
    letters = draw(st.lists(st.tuples(st.sampled_from(list(RiskClass)), st.booleans()), min_size=1, max_size=12))
    objects = [PoolObject(f"源:{n}", letter, certain) for n, (letter, certain) in enumerate(letters)]
    free = Counter(each.risk_class for each in objects if not each.certain)
    quota = {letter: draw(st.integers(0, free[letter])) for letter in RiskClass}
    departments, pairs = [], []
    for place in range(draw(st.integers(1, 2))):
        people = [f"D{place}-{n}" for n in range(draw(st.integers(1, 6)))]
        departments.append(
            DrawnDepartment(
                code=f"D{place}",
                officers=draw(st.integers(1, 3)),
                max_load=draw(st.integers(1, 6)),
                inspectors=tuple(people),
            )
        )
        pairs += [(person, each.ref) for person in people for each in objects]
    barred = draw(st.sets(st.sampled_from(pairs), max_size=len(pairs) // 2)) if recusals else set()
    return Pool(quota=quota, departments=tuple(departments), objects=tuple(objects), recusals=frozenset(barred))


def enough(pool: Pool) -> bool:
    try:
        require_enough(pool)
    except Refusal:
        return False
    return True


@given(pools(), seeds)
def test_a_draw_whose_inspectors_suffice_keeps_every_rule_whatever_the_seed(pool: Pool, seed: str) -> None:
    assume(enough(pool))
    result = draw(pool, seed)
    refs = [each.ref for each in result]
    kind = {each.ref: each for each in pool.objects}
    assert refs == sorted(set(refs))
    assert {each.ref for each in pool.objects if each.certain} <= set(refs)
    drawn = Counter(kind[ref].risk_class for ref in refs if not kind[ref].certain)
    assert {letter: drawn[letter] for letter in RiskClass} == {letter: pool.quota[letter] for letter in RiskClass}
    for department in pool.departments:
        teams = [each.officers[department.code] for each in result]
        assert all(len(set(team)) == len(team) == department.officers for team in teams)
        assert set(chain(*teams)) <= set(department.inspectors)
        assert max(Counter(chain(*teams)).values(), default=0) <= department.max_load
    visits = {(person, each.ref) for each in result for person in chain(*each.officers.values())}
    assert not visits & pool.recusals


@given(pools(), seeds)
def test_where_the_inspectors_do_not_suffice_nothing_is_drawn_rather_than_somebody_over_the_limit(
    pool: Pool, seed: str
) -> None:
    try:
        result = draw(pool, seed)
    except LookupError:
        return
    for department in pool.departments:
        loads = Counter(chain(*(each.officers[department.code] for each in result)))
        assert max(loads.values(), default=0) <= department.max_load


TIGHT: dict[str, tuple[int, int, int, dict[str, tuple[int, ...]]]] = {
    "who is recused elsewhere is full": (4, 2, 4, {"I0": (0, 1, 2), "I2": (0,), "I3": (1,)}),
    "who is recused from most has room and nobody else": (3, 4, 5, {"I0": (0, 1, 2, 3)}),
}


@pytest.mark.parametrize("name", TIGHT)
def test_a_pool_some_seed_would_get_stuck_with_is_refused_before_there_is_one(name: str) -> None:
    """The smallest pools found for which weaker conditions are not enough."""
    inspectors, limit, objects, barred = TIGHT[name]
    people = tuple(f"I{n}" for n in range(inspectors))
    pool = Pool(
        quota={},
        departments=(DrawnDepartment(code="D1", officers=2, max_load=limit, inspectors=people),),
        objects=tuple(PoolObject(f"S:{n}", A, certain=True) for n in range(objects)),
        recusals=frozenset((person, f"S:{n}") for person, refs in barred.items() for n in refs),
    )
    assert not enough(pool)
    with pytest.raises(LookupError):
        for n in range(200):
            draw(pool, digest("stuck", str(n)))


@given(pools(), seeds)
def test_the_script_knows_nothing_of_the_product_and_draws_the_same(pool: Pool, seed: str) -> None:
    assume(enough(pool))
    result = [{"object": each.ref, "officers": each.officers} for each in draw(pool, seed)]
    assert ALONE.draw(pool.content, seed) == as_read(result)


@given(pools(), seeds, st.randoms(use_true_random=False))
def test_the_order_in_which_a_pool_was_gathered_changes_nothing(pool: Pool, seed: str, chance: random.Random) -> None:
    assume(enough(pool))
    objects, departments = list(pool.objects), list(pool.departments)
    chance.shuffle(objects)
    chance.shuffle(departments)
    people = [replace(each, inspectors=each.inspectors[::-1]) for each in departments]
    again = replace(pool, objects=tuple(objects), departments=tuple(people))
    assert again.snapshot == pool.snapshot
    assert draw(again, seed) == draw(pool, seed) == draw(Pool.of(pool.content), seed)


@given(pools(recusals=False))
def test_without_recusals_it_refuses_exactly_what_cannot_be_done(pool: Pool) -> None:
    possible = all(
        len(each.inspectors) >= each.officers
        and pool.drawn * each.officers <= sum(min(each.max_load, pool.drawn) for _ in each.inspectors)
        for each in pool.departments
    )
    assert enough(pool) is possible


@given(pools())
def test_with_a_few_more_inspectors_than_recusals_it_never_refuses(pool: Pool) -> None:
    """It may refuse more than it must, as it answers for every seed; how much more is bounded."""
    worst = max(Counter(ref for _, ref in pool.recusals).values(), default=0)
    departments = []
    for each in pool.departments:
        needed = worst + each.officers - 1 + -(-pool.drawn * each.officers // each.max_load)
        people = (*each.inspectors, *(f"{each.code}-new{n}" for n in range(max(needed, worst + each.officers))))
        departments.append(replace(each, inspectors=people))
    require_enough(replace(pool, departments=tuple(departments)))


@given(pools(recusals=False), seeds)
def test_without_recusals_no_officer_has_two_objects_more_than_another(pool: Pool, seed: str) -> None:
    assume(enough(pool))
    result = draw(pool, seed)
    for department in pool.departments:
        loads = Counter(chain(*(each.officers[department.code] for each in result)))
        counts = [loads[person] for person in department.inspectors]
        assert max(counts) - min(counts) <= 1


def test_over_ten_thousand_draws_every_object_and_officer_comes_as_often_as_its_weight_says() -> None:
    pool = a_pool({A: 16, B: 10, C: 8, D: 4}, {A: 2, B: 3, C: 4, D: 3}, inspectors=9)
    times, objects, officers, pairs = 10_000, Counter[str](), Counter[str](), Counter[tuple[str, ...]]()
    leads: Counter[str] = Counter()
    for n in range(times):
        result = draw(pool, digest("frequency", str(n)))
        objects.update(each.ref for each in result)
        officers.update(chain(*(each.officers["D1"] for each in result)))
        pairs.update(tuple(sorted(each.officers["D1"])) for each in result)
        leads.update(each.officers["D1"][0] for each in result)
    for each in pool.objects:
        weight = pool.quota[each.risk_class] / pool.open_by_class[each.risk_class]
        assert abs(objects[each.ref] - times * weight) <= 3 * sqrt(times * weight * (1 - weight))
    places = times * pool.drawn
    for person in pool.departments[0].inspectors:
        for counts, share in ((officers, 2 / 9), (leads, 1 / 9)):
            assert abs(counts[person] - places * share) <= 3 * sqrt(places * share * (1 - share))
    expected = places / 36
    assert set(pairs) == set(combinations(sorted(pool.departments[0].inspectors), 2))
    assert all(abs(count - expected) < 0.05 * expected for count in pairs.values())


def test_the_algorithm_of_this_name_gives_this_result_for_ever() -> None:
    pool = a_pool({A: 100, D: 10}, {A: 5, D: 5}, recusals=frozenset({("I0", "S:D1"), ("I1", "S:D1")}))
    assert pool.snapshot == "31d0ae53d94323752ff139910d8f827dacdb1dfaf5f22ab8e5fe1d0c2d7033e5"
    assert result_hash(draw(pool, SEED)) == "26c1e662527f4938c38c26a12471418ffe6734fbf576cf97e7151a14a5fb93c5"


def test_a_pool_says_neither_more_nor_less_than_its_lines() -> None:
    pool = a_pool({A: 1, B: 1}, {A: 1}, inspectors=2, recusals=frozenset({("I1", "S:B0")}))
    assert pool.content.decode().splitlines() == [
        '{"format":"shenguan-pool-1"}',
        '{"class":"A","quota":1}',
        '{"class":"B","quota":0}',
        '{"class":"C","quota":0}',
        '{"class":"D","quota":0}',
        '{"department":"D1","max_load":20,"officers":2}',
        '{"department":"D1","inspector":"I0"}',
        '{"department":"D1","inspector":"I1"}',
        '{"inspector":"I1","recused":"S:B0"}',
        '{"certain":false,"class":"A","object":"S:A0"}',
        '{"certain":false,"class":"B","object":"S:B0"}',
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"quota": {A: 2}},
        {"objects": (PoolObject("S:1", A), PoolObject("S:1", B))},
        {"recusals": frozenset({("nobody", "S:A0")})},
        {"recusals": frozenset({("I0", "S:elsewhere")})},
        {"objects": (PoolObject("S:\x1f1", A),)},
    ],
)
def test_a_pool_that_contradicts_itself_is_no_pool(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        replace(a_pool({A: 1}, {A: 1}), **changes)


def test_who_is_missing_is_told_with_the_figures_of_the_department() -> None:
    with pytest.raises(Refusal, match="not-enough-inspectors") as refused:
        require_enough(a_pool({A: 100}, {A: 61}, inspectors=6))
    (fault,) = refused.value.faults
    assert fault.pointer == "/departments/D1"
    assert "61" in fault.zh
    require_enough(a_pool({A: 100}, {A: 60}, inspectors=6))
