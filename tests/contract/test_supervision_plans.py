"""Annual plans in both works of supervision: kept as they were, filed once; objects derived, departments urged."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from chassis.database import sqlalchemy_url
from contracts.plans import PlanFiled, PlanFilingUrged
from kernel.credit import Grade
from kernel.decision import DecisionKind
from kernel.reckoning import Step
from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision import handlers, queries
from supervision.domain.inspector import Inspector
from supervision.domain.plans import ClassCount, EntryDepartment, Matter, ObjectScope
from supervision.domain.plans.commands import AmendPlan, AskMatter, AskPlan, DraftPlan, FilePlan, SubmitPlan, UrgeFiling
from supervision.domain.plans.version import PlanVersion
from supervision.store import DueFilings
from tests.contract.test_supervision_store import (
    SqlStore,
    Store,
    all_of,
    empty_store,
    one,
    publish,
    seen,
    sql_store,
    store,
)
from tests.fakes.plans import FIRE, FOOD, PLAN_RULES, a_matter, a_plan, an_entry
from tests.fakes.supervised import TODAY, a_link, a_version, an_inspection, assessed, decided

__all__ = ["empty_store", "sql_store", "store"]

LINKED = a_version(
    a_link("F1", item_code="1006", supervise_item_code=FOOD),
    a_link("F2", item_code="1007", supervise_item_code=FOOD, checklist="OTHER-5"),
    a_link("X1", item_code="1006", department="DEMO-FIRE", check_kind="FIRE", supervise_item_code=FIRE),
    version="2011-2",
    effective_from=date(2011, 1, 1),
)
FIRE_MATTER = a_matter(FIRE, name="消防检查", department="DEMO-FIRE")
SPRING = datetime(2012, 4, 1, 4, tzinfo=UTC)


async def filed(store: Store, number: int = 1) -> None:
    await one(store, handlers.submit_plan, SubmitPlan(plan_no="FOOD-2011", by="clerk-1"))
    await one(store, handlers.file_plan, FilePlan(plan_no="FOOD-2011", by="head-1", filing_no=f"备{number}"))


async def kept(store: Store) -> list[PlanVersion]:
    found: list[PlanVersion] = await seen(
        store, AskPlan("FOOD-2011"), lambda work: list(work.plans.versions("FOOD-2011"))
    )
    return found


async def test_matters_and_plans_come_back_as_they_went(store: Store) -> None:
    await one(store, handlers.register_matter, a_matter(legal_basis="食品安全法"))
    matter: Matter = await seen(store, AskMatter(FOOD), lambda work: work.plans.matters([FOOD])[FOOD])
    assert matter == a_matter(legal_basis="食品安全法").registered(None, TODAY)
    assert (await one(store, handlers.register_matter, a_matter(legal_basis="食品安全法"))).duplicate
    plan = a_plan(
        an_entry(),
        an_entry(
            code="E2", departments=(EntryDepartment(department="DEMO-FOOD", officers_per_object=3, max_objects=9),)
        ),
    )
    await one(store, handlers.draft_plan, DraftPlan(content=plan, by="clerk-1"))
    assert [version.content for version in await kept(store)] == [plan]
    assert (await one(store, handlers.draft_plan, DraftPlan(content=plan, by="clerk-2"))).duplicate


async def test_a_plan_lives_through_its_versions_and_every_step_leaves_its_trace(store: Store) -> None:
    await one(store, handlers.register_matter, a_matter())
    await one(store, handlers.draft_plan, DraftPlan(content=a_plan(), by="clerk-1"))
    await filed(store)
    await one(store, handlers.amend_plan, AmendPlan(content=a_plan(title="变更", reason="专项"), by="clerk-1"))
    await filed(store, 2)
    assert [(each.version, each.state.value, each.filing_no) for each in await kept(store)] == [
        (1, "FILED", "备1"),
        (2, "FILED", "备2"),
    ]
    assert [event.version for event in await store.said() if isinstance(event, PlanFiled)] == [1, 2]
    if isinstance(store, SqlStore):
        rows = await store.pool.fetch("SELECT version, act, by, reason FROM plan_change ORDER BY number")
        assert [tuple(row) for row in rows] == [
            (1, "DRAFTED", "clerk-1", ""),
            (1, "SUBMITTED", "clerk-1", ""),
            (1, "FILED", "head-1", ""),
            (2, "AMENDED", "clerk-1", "专项"),
            (2, "SUBMITTED", "clerk-1", ""),
            (2, "FILED", "head-1", ""),
        ]


async def test_a_department_is_urged_once_and_no_more_once_its_plan_is_filed(store: Store) -> None:
    await one(store, handlers.register_matter, a_matter())
    for _ in range(2):
        await one(store, handlers.urge_filing, UrgeFiling("DEMO-FOOD", 2012, Step.YELLOW))
    told = [event for event in await store.said() if isinstance(event, PlanFilingUrged)]
    assert [(event.department, event.year, event.responsible) for event in told] == [
        ("DEMO-FOOD", 2012, "HEAD:DEMO-FOOD")
    ]
    window = {"starts_on": date(2012, 4, 1), "ends_on": date(2012, 5, 1)}
    plan = a_plan(an_entry(**window), year=2012)
    await one(store, handlers.draft_plan, DraftPlan(content=plan, by="clerk-1"))
    await filed(store)
    await one(store, handlers.urge_filing, UrgeFiling("DEMO-FOOD", 2012, Step.BEFORE))
    assert len([event for event in await store.said() if isinstance(event, PlanFilingUrged)]) == 1


async def test_the_scope_of_an_inspector_comes_back(store: Store) -> None:
    officer = Inspector(code="orange-9", name="执法员", department="DEMO-FOOD", matters=(FOOD, FIRE))
    await one(store, handlers.register_inspector, officer)
    assert (await one(store, handlers.register_inspector, officer)).duplicate


@pytest.fixture
async def shops(sql_store: SqlStore) -> None:
    """Two departments supervise four shops; of one of them neither has a matter."""
    inspectors = [Inspector(code=f"orange-{n}", name="某", department="DEMO-FOOD") for n in (1, 2)]
    await all_of(sql_store, handlers.register_inspector, inspectors)
    await publish(sql_store, LINKED)
    for matter in (a_matter(), FIRE_MATTER):
        await one(sql_store, handlers.register_matter, matter)
    for number, item in ((1, "1006"), (2, "1007"), (3, "1006"), (4, "9999")):
        await one(sql_store, handlers.on_case_decided, decided(f"C{number}", f"O{number}", item_code=item))


@pytest.fixture
async def reading(shops: None, database_url: str) -> AsyncIterator[AsyncConnection]:
    """A connection of the queries on the store's database."""
    engine = create_async_engine(sqlalchemy_url(database_url), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def scope_of(store: Store, code: str) -> ObjectScope:
    _, scope = await one(store, handlers.scope_of_matter, AskMatter(code))
    found: ObjectScope = scope
    return found


async def listed(connection: AsyncConnection, scope: ObjectScope, **changes: Any) -> list[str]:
    asked: dict[str, Any] = {"departments": [], "risk_class": None, "after": None, "limit": 9} | changes
    return [row["object_no"] for row in await queries.listed_objects(connection, scope, **asked)]


@pytest.mark.servers
class TestPostgres:
    async def test_objects_of_a_matter_are_those_that_hold_its_items_now(
        self, sql_store: SqlStore, reading: AsyncConnection
    ) -> None:
        scope = await scope_of(sql_store, FOOD)
        assert await listed(reading, scope) == ["O1", "O2", "O3"]
        assert await listed(reading, scope, after=("chicago", "O1"), limit=1) == ["O2"]
        assert await listed(reading, await scope_of(sql_store, FIRE)) == ["O1", "O3"]
        ended = decided("C9", "O1", object_version=2, kind=DecisionKind.CANCEL)
        await one(sql_store, handlers.on_case_decided, ended)
        assert await listed(reading, scope) == ["O2", "O3"]

    async def test_classes_are_counted_and_objects_filtered_by_class(
        self, sql_store: SqlStore, reading: AsyncConnection
    ) -> None:
        scope = await scope_of(sql_store, FOOD)
        assert (await queries.class_counts(reading, scope))[RiskClass.B] == ClassCount(objects=3)
        await one(sql_store, handlers.on_grade_changed, assessed(1, Grade.D))
        counts = await queries.class_counts(reading, scope)
        assert [counts[letter].objects for letter in RiskClass] == [0, 0, 0, 3]
        assert await listed(reading, scope, risk_class=RiskClass.D, limit=2) == ["O1", "O2"]

    async def test_departments_that_check_together_meet_at_the_objects_of_both(
        self, sql_store: SqlStore, reading: AsyncConnection
    ) -> None:
        food, fire = (await scope_of(sql_store, FOOD)).groups, (await scope_of(sql_store, FIRE)).groups
        both = ObjectScope(groups=(*food, *fire))
        assert await listed(reading, both) == ["O1", "O3"]
        elsewhere = ObjectScope(groups=food, regions=("640205",))
        assert await listed(reading, elsewhere) == []
        assert await listed(reading, ObjectScope(groups=food, regions=("640202",))) == ["O1", "O2", "O3"]
        assert await listed(reading, ObjectScope(groups=())) == []

    async def test_what_a_department_did_not_check_for_so_long_is_counted_as_certain(
        self, sql_store: SqlStore, reading: AsyncConnection
    ) -> None:
        scope = await scope_of(sql_store, FOOD)
        await one(sql_store, handlers.conclude_inspection, an_inspection("I1", "O1"))
        rows = await queries.listed_objects(reading, scope, ["DEMO-FOOD"], None, None, 9)
        assert [(row["last_checked"], row["known_since"]) for row in rows] == [
            (TODAY, date(2011, 9, 1)),
            (None, date(2011, 9, 1)),
            (None, date(2011, 9, 1)),
        ]

        grouped = queries.objects_in(scope, ["DEMO-FOOD"], whole=True).order_by("object_no")
        same = [(row.last_checked, row.known_since) for row in await reading.execute(grouped)]
        assert same == [(row["last_checked"], row["known_since"]) for row in rows]

        async def certain(department: str, on: date) -> int:
            return (await queries.class_counts(reading, scope, [department], 24, on))[RiskClass.B].certain

        assert await certain("DEMO-FOOD", date(2013, 9, 1)) == 2
        assert await certain("DEMO-FOOD", date(2013, 8, 31)) == 0
        assert await certain("DEMO-FOOD", date(2013, 9, 2)) == 3
        assert await certain("DEMO-FIRE", date(2013, 9, 1)) == 3

    async def test_inspectors_count_by_department_scope_certificate_and_service(
        self, sql_store: SqlStore, reading: AsyncConnection
    ) -> None:
        more = [
            Inspector(code="fire-1", name="某", department="DEMO-FIRE"),
            Inspector(code="orange-7", name="某", department="DEMO-FOOD", matters=(FIRE,)),
            Inspector(code="orange-8", name="某", department="DEMO-FOOD", matters=(FOOD,)),
        ]
        await all_of(sql_store, handlers.register_inspector, more)

        async def able() -> dict[str, int]:
            asked = {"DEMO-FOOD": [FOOD], "DEMO-FIRE": [FIRE], "DEMO-NONE": [FIRE]}
            return await queries.able_inspectors(reading, asked, TODAY, date(2011, 9, 30))

        assert await able() == {"DEMO-FOOD": 3, "DEMO-FIRE": 1, "DEMO-NONE": 0}
        two = await queries.able_inspectors(reading, {"DEMO-FOOD": [FOOD, FIRE]}, TODAY, TODAY)
        assert two == {"DEMO-FOOD": 2}, "only who may check every matter of the entry"
        last = date(2011, 9, 30)
        await sql_store.pool.execute("UPDATE inspector SET left_on = $1 WHERE code = 'orange-1'", last)
        await sql_store.pool.execute(
            "UPDATE inspector SET certificate_no = '1', certificate_to = $1 WHERE code = 'fire-1'", date(2011, 9, 1)
        )
        assert await able() == {"DEMO-FOOD": 2, "DEMO-FIRE": 0, "DEMO-NONE": 0}

    @pytest.mark.usefixtures("shops")
    async def test_the_sweep_finds_departments_by_the_day_and_only_those_that_filed_nothing(
        self, sql_store: SqlStore
    ) -> None:
        find = DueFilings(PLAN_RULES)

        async def due(now: datetime, leaving_out: tuple[Any, ...] = ()) -> list[Any]:
            async with sql_store.pool.acquire() as connection:
                return list(await find(connection, now, 9, leaving_out))

        assert await due(datetime(2012, 3, 15, 15, 59, tzinfo=UTC)) == []
        assert await due(datetime(2012, 3, 15, 16, tzinfo=UTC)) == [
            ("DEMO-FIRE", 2012, Step.BEFORE),
            ("DEMO-FOOD", 2012, Step.BEFORE),
        ]
        everything = await due(SPRING)
        assert everything == [
            (department, 2012, step) for step in (Step.BEFORE, Step.YELLOW) for department in ("DEMO-FIRE", "DEMO-FOOD")
        ]
        assert await due(SPRING, tuple(everything[:3])) == everything[3:]
        for each in everything[:2]:
            await one(sql_store, handlers.urge_filing, UrgeFiling(*each))
        assert await due(SPRING) == everything[2:]
        plan = a_plan(an_entry(starts_on=date(2012, 4, 1), ends_on=date(2012, 5, 1)), year=2012)
        await one(sql_store, handlers.draft_plan, DraftPlan(content=plan, by="clerk-1"))
        await filed(sql_store)
        assert await due(SPRING) == [each for each in everything[2:] if each[0] == "DEMO-FIRE"]
        await sql_store.pool.execute("UPDATE matter SET since = '2012-04-01'")
        assert await due(SPRING) == []

    async def test_what_was_filed_and_the_trace_never_change(self, sql_store: SqlStore) -> None:
        await one(sql_store, handlers.register_matter, a_matter())
        await one(sql_store, handlers.draft_plan, DraftPlan(content=a_plan(), by="clerk-1"))
        await sql_store.pool.execute("UPDATE plan_version SET title = 'x'")
        await filed(sql_store)
        for forbidden in (
            "UPDATE plan_version SET title = 'y'",
            "DELETE FROM plan_version",
            "UPDATE plan_change SET by = 'x'",
            "TRUNCATE plan_change",
        ):
            with pytest.raises(asyncpg.RaiseError, match="only added to"):
                await sql_store.pool.execute(forbidden)

    async def test_two_amendments_at_once_become_one_version(self, sql_store: SqlStore) -> None:
        await one(sql_store, handlers.register_matter, a_matter())
        await one(sql_store, handlers.draft_plan, DraftPlan(content=a_plan(), by="clerk-1"))
        await filed(sql_store)

        async def amend(number: int) -> object:
            content = a_plan(title=f"变更 {number}", reason="专项")
            try:
                return await one(sql_store, handlers.amend_plan, AmendPlan(content=content, by="clerk-1"))
            except Refusal as refusal:
                return refusal

        await asyncio.gather(*(amend(number) for number in range(6)))
        assert [version.version for version in await kept(sql_store)] == [1, 2]
