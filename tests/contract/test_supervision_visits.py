"""Site visits in both works of supervision: kept as they were, counted per enterprise, never past a cap at once."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, ClassVar

import asyncpg
import pytest

from contracts.event import Subject
from contracts.visit import VisitChanged
from kernel.refusal import Refusal
from kernel.visit import VisitState
from supervision import handlers
from supervision.domain.visits import SiteVisit
from supervision.domain.visits.commands import ScanVisit
from supervision.domain.visits.rating import RateVisit
from supervision.store import DueVisits
from tests.contract.test_supervision_store import FakeStore, SqlStore, Store, all_of, one, publish, seen, sql_store
from tests.fakes.supervised import NOON, TODAY, a_link, a_version, an_inspection, decided, inspectors
from tests.fakes.visit_commands import a_request, announce, approve, cancel, enter
from tests.fakes.visits import early_rules

__all__ = ["sql_store"]

S1 = ("099", "S1")


class Ruled(SqlStore):
    """With the rules of site visits in force."""

    more: ClassVar[Mapping[str, Any]] = {"visit_rules": early_rules()}


@pytest.fixture
async def ruled(sql_store: SqlStore) -> Ruled:
    return Ruled(sql_store.pool)


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def empty(request: pytest.FixtureRequest) -> Store:
    if request.param == "sql":
        real: Store = request.getfixturevalue("ruled")
        return real
    fake = FakeStore()
    fake.database.visiting.rules = early_rules()
    return fake


@pytest.fixture
async def store(empty: Store) -> Store:
    await furnish(empty)
    return empty


async def furnish(store: Store) -> None:
    await all_of(store, handlers.register_inspector, inspectors())
    links = (a_link(), a_link("FIRE", department="DEMO-FIRE", checklist="OTHER-5"))
    await publish(store, a_version(*links))
    await one(store, handlers.on_case_decided, decided())


async def ask(store: Store, day: int = 0, **changes: Any) -> Any:
    return await one(store, handlers.request_visit, a_request(day, **changes))


async def done(store: Store, doing: tuple[Any, Any]) -> Any:
    return await one(store, *doing)


async def visits(store: Store, message: Any = None) -> list[SiteVisit]:
    found = await seen(
        store, message or a_request(), lambda work: sorted(work.visits.of(*S1), key=lambda v: v.visit_no)
    )
    return list(found)


async def test_a_visit_comes_back_as_it_went(store: Store) -> None:
    receipt = await ask(store, 3, exemption="COMPLAINT", exemption_document="12345-1", tasks=())
    assert await visits(store) == [receipt.visit]
    await done(store, approve(receipt.visit))
    announced = await done(store, announce(receipt.visit))
    assert await visits(store) == [announced]


async def test_a_code_finds_its_visit_and_no_other_does(store: Store) -> None:
    visit = (await ask(store)).visit
    with pytest.raises(Refusal, match="visit-code-unknown"):
        await one(store, handlers.scan_visit, ScanVisit(code=""))
    await done(store, approve(visit))
    code = (await done(store, announce(visit))).code
    assert (await one(store, handlers.scan_visit, ScanVisit(code=code))).visit_no == visit.visit_no
    with pytest.raises(Refusal, match="visit-code-unknown"):
        await one(store, handlers.scan_visit, ScanVisit(code=code[:-1]))


async def test_a_rating_is_kept_and_the_same_again_is_the_same(store: Store) -> None:
    visit = (await ask(store)).visit
    await done(store, approve(visit))
    code = (await done(store, announce(visit))).code
    await done(store, enter(visit, code))
    said = RateVisit(code=code, stars=4, note="规范")
    assert [await one(store, handlers.rate_visit, said) for _ in range(2)] == [False, True]
    with pytest.raises(Refusal, match="visit-rated"):
        await one(store, handlers.rate_visit, replace(said, note="另一句"))


async def test_several_requests_of_one_batch_see_each_other(store: Store) -> None:
    with pytest.raises(Refusal, match="visit-cap-reached"):
        await all_of(store, handlers.request_visit, [a_request(0), a_request(10), a_request(20)])
    assert await visits(store) == []
    await all_of(store, handlers.request_visit, [a_request(0), a_request(10)])
    with pytest.raises(Refusal, match="visit-cap-reached"):
        await ask(store, 20)


async def test_a_cancelled_visit_makes_room_for_another_on_its_day(store: Store) -> None:
    first = (await ask(store, 5)).visit
    await done(store, cancel(first))
    second = (await ask(store, 5)).visit
    briefs = await seen(store, a_request(), lambda work: work.visits.briefs(*S1))
    assert [brief.state for brief in briefs] == [VisitState.CANCELLED, VisitState.REQUESTED]
    assert [visit.state for visit in await visits(store)] == [VisitState.REQUESTED]
    assert second.visit_no != first.visit_no


async def test_an_inspection_finishes_its_visit_with_the_code_that_was_scanned(store: Store) -> None:
    visit = (await ask(store)).visit
    await done(store, approve(visit))
    code = (await done(store, announce(visit))).code
    await done(store, enter(visit, code))
    await one(store, handlers.conclude_inspection, an_inspection())
    (kept,) = await visits(store)
    assert (kept.state, kept.inspections, kept.unannounced) == (VisitState.DONE, ("I1",), False)
    shown = await seen(store, an_inspection(), lambda work: work.inspections.get("chicago", "I1"))
    assert shown.report.code_shown is True


async def test_inspections_nobody_announced_are_recorded_one_visit_a_day(store: Store) -> None:
    batch = [an_inspection(f"I{number}", for_cause=True, code_shown=True) for number in (1, 2)]
    earlier = an_inspection("I3", inspected_on=TODAY - timedelta(days=400))
    await all_of(store, handlers.conclude_inspection, [*batch, earlier])
    found = await visits(store, earlier)
    assert [(visit.day, visit.inspections, visit.unannounced) for visit in found] == [
        (TODAY, ("I1", "I2"), True),
        (TODAY - timedelta(days=400), ("I3",), True),
    ]
    acts = [event.act.value for event in await store.said() if isinstance(event, VisitChanged)]
    assert acts == ["RECORD", "INSPECT", "RECORD"]


@pytest.mark.servers
class TestPostgres:
    @pytest.fixture(autouse=True)
    async def furnished(self, ruled: Ruled) -> None:
        await furnish(ruled)

    async def counts(self, ruled: Ruled) -> list[tuple[Any, ...]]:
        rows = await ruled.pool.fetch("SELECT year, department, level, visits FROM visit_count ORDER BY 1, 2, 3")
        return [tuple(row) for row in rows]

    async def test_requests_at_the_same_moment_never_pass_the_cap_together(self, ruled: Ruled) -> None:
        answers = await asyncio.gather(*(ask(ruled, day) for day in range(12)), return_exceptions=True)
        refused = [each.code for each in answers if isinstance(each, Refusal)]
        assert refused == ["visit-cap-reached"] * 10
        assert len(await visits(ruled)) == 2
        assert await self.counts(ruled) == [(2011, "", "", 2), (2011, "DEMO-FOOD", "COUNTY", 2)]

    async def test_two_shops_of_one_enterprise_share_its_cap_at_the_same_moment(self, ruled: Ruled) -> None:
        await one(ruled, handlers.on_case_decided, decided("C2", "O2"))
        asked = [ask(ruled, day, object_no=number) for day in range(4) for number in ("O1", "O2")]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert sum(not isinstance(each, BaseException) for each in answers) == 2

    async def test_counts_follow_joint_visits_cancellations_and_the_year(self, ruled: Ruled) -> None:
        first = (await ask(ruled, 5)).visit
        await ask(ruled, 5, department="DEMO-FIRE", joint_with=first.visit_no)
        await ask(ruled, 0, planned_on=date(2012, 1, 1))
        await ask(ruled, 9, exemption="ENTERPRISE_REQUEST", exemption_document="X-1")
        assert await self.counts(ruled) == [
            (2011, "", "", 1),
            (2011, "DEMO-FIRE", "COUNTY", 1),
            (2011, "DEMO-FOOD", "COUNTY", 1),
            (2012, "", "", 1),
            (2012, "DEMO-FOOD", "COUNTY", 1),
        ]
        await done(ruled, cancel(first))
        assert (await self.counts(ruled))[:3] == [
            (2011, "", "", 1),
            (2011, "DEMO-FIRE", "COUNTY", 1),
            (2011, "DEMO-FOOD", "COUNTY", 0),
        ]

    async def test_the_trace_is_only_added_to(self, ruled: Ruled) -> None:
        for forbidden in (
            *("UPDATE site_visit_change SET by = 'x'", "DELETE FROM site_visit_change"),
            "TRUNCATE site_visit_change",
        ):
            with pytest.raises(asyncpg.RaiseError, match="only added to"):
                await ruled.pool.execute(forbidden)

    async def test_the_database_itself_keeps_approval_to_a_second_person(self, ruled: Ruled) -> None:
        visit = (await ask(ruled)).visit
        alone = replace(
            visit, state=VisitState.APPROVED, approved_by=visit.requested_by, approved_at=visit.requested_at
        )
        with pytest.raises(asyncpg.CheckViolationError, match="site_visit_second_person"):
            async with ruled.begin() as work:
                await work.load([a_request()])
                work.visits.save(alone)
                await work.flush()

    async def test_numbers_and_codes_are_nobodys_but_theirs(self, ruled: Ruled) -> None:
        async with ruled.begin() as work:
            codes = {work.visits.new_code() for _ in range(1000)}
            numbers = {work.visits.new_number(2026) for _ in range(1000)}
        assert (len(codes), len(numbers)) == (1000, 1000)
        assert {len(code) for code in codes} == {20}

    async def test_a_visit_whose_day_comes_is_found_until_somebody_was_reminded(self, ruled: Ruled) -> None:
        visit = (await ask(ruled, 5)).visit

        async def due(days: int, *left: str) -> dict[str, object]:
            async with ruled.pool.acquire() as connection:
                return dict(await DueVisits()(connection, NOON + timedelta(days=days), 9, left))

        assert await due(3) == {}
        assert await due(4) == {visit.visit_no: TODAY + timedelta(days=4)}
        assert await due(4, visit.visit_no) == {}
        await done(ruled, cancel(visit))
        assert await due(4) == {}

    async def test_visits_of_another_enterprise_are_not_read(self, ruled: Ruled) -> None:
        other = Subject(id_type="099", id_no="S2", kind="ORGANISATION", name="另一企业")
        await one(ruled, handlers.on_case_decided, decided("C9", "O9", subject=other))
        await ask(ruled)
        assert (await ask(ruled, 0, object_no="O9")).uses[0].used == 1
        async with ruled.begin() as work:
            await work.load([a_request()])
            with pytest.raises(KeyError):
                work.visits.of("099", "S2")
