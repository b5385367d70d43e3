"""Editions of the rules in both stores: their life, who sees them when, and who falls due because of them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import asyncpg
import pytest

from chassis.migrations import migrate
from credit import main
from credit.domain.rules_commands import AskRules, DraftRules, PublishRules, SubmitRules
from credit.domain.rules_edition import EditionState, RulesEdition
from credit.handlers import draft_rules, on_inspection_concluded, publish_rules, submit_rules
from tests.contract.test_credit_store import FakeStore, SqlStore, Store, do, found, tell
from tests.fakes.credit_inspections import an_inspection
from tests.unit.credit.rules import a_content

APRIL = date(2012, 4, 1)


@pytest.fixture
async def sql_store(database_url: str) -> AsyncIterator[SqlStore]:
    await migrate(database_url, Path(main.__file__).parent / "migrations")
    async with asyncpg.create_pool(database_url, min_size=1, max_size=6) as pool:
        yield SqlStore(pool)


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest) -> Store:
    chosen: Store = FakeStore() if request.param == "fake" else request.getfixturevalue("sql_store")
    return chosen


async def edition(store: Store, version: str) -> RulesEdition | None:
    async with store.begin() as work:
        await work.load([SubmitRules(version=version, by="reader")])
        return work.editions.get(version)


async def applied(store: Store) -> list[str]:
    async with store.begin() as work:
        await work.load([AskRules()])
        return [each.version for each in work.rules.editions]


async def published(store: Store, version: str = "2012-2", on: str = "2012-04-01") -> None:
    await do(store, draft_rules, DraftRules(version=version, content=a_content(version, on), by="xy-1"))
    await do(store, submit_rules, SubmitRules(version=version, by="xy-1"))
    await do(store, publish_rules, PublishRules(version=version, by="xy-2"))


async def test_an_edition_is_found_as_it_was_kept_in_every_state(store: Store) -> None:
    assert await edition(store, "2012-2") is None
    await do(store, draft_rules, DraftRules(version="2012-2", content=a_content(), by="xy-1"))
    drafted = await edition(store, "2012-2")
    assert drafted is not None
    assert (drafted.state, drafted.content, drafted.drafted_by) == (EditionState.DRAFT, a_content(), "xy-1")
    await do(store, submit_rules, SubmitRules(version="2012-2", by="xy-1"))
    submitted = await edition(store, "2012-2")
    assert submitted is not None
    assert (submitted.state, submitted.submitted_by) == (EditionState.SUBMITTED, "xy-1")
    await do(store, publish_rules, PublishRules(version="2012-2", by="xy-2"))
    ended = await edition(store, "2012-2")
    assert ended is not None
    assert (ended.state, ended.published_by, ended.published_at is None) == (EditionState.PUBLISHED, "xy-2", False)


async def test_editions_are_applied_in_the_order_of_their_publication(store: Store) -> None:
    await published(store, "2012-9", "2012-09-01")
    await published(store, "2012-4", "2012-04-01")
    assert await applied(store) == ["2026-1", "2012-9", "2012-4"]


async def test_on_publication_whoever_was_assessed_is_due_on_its_first_day_at_the_latest(store: Store) -> None:
    early = an_inspection("1", of="EARLY", on="2011-12-15")
    late, never = an_inspection("2", "FAIL", "CRITICAL", of="LATE"), an_inspection("3", "PASS", of="NEVER")
    await tell(store, early, late, never)
    await published(store)
    due = [subject.due_on for each in (early, late, never) if (subject := await found(store, each))]
    assert due == [date(2012, 3, 16), APRIL, None]


async def test_a_refused_publication_keeps_and_tells_nothing(store: Store) -> None:
    await do(store, draft_rules, DraftRules(version="2012-2", content=a_content(), by="xy-1"))
    with pytest.raises(Exception, match="version-not-submitted"):
        await do(store, publish_rules, PublishRules(version="2012-2", by="xy-2"))
    assert await applied(store) == ["2026-1"]
    assert await store.said() == []


@pytest.mark.servers
async def test_another_process_sees_a_publication_in_its_next_transaction(
    sql_store: SqlStore, database_url: str
) -> None:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        other = SqlStore(pool)
        assert await applied(other) == ["2026-1"]
        await published(sql_store)
        assert await applied(other) == ["2026-1", "2012-2"]


@pytest.mark.servers
async def test_who_is_assessed_while_rules_are_published_falls_due_with_the_rest(sql_store: SqlStore) -> None:
    await do(sql_store, draft_rules, DraftRules(version="2012-2", content=a_content(), by="xy-1"))
    await do(sql_store, submit_rules, SubmitRules(version="2012-2", by="xy-1"))
    inspection = an_inspection("1", "FAIL", "CRITICAL")
    async with sql_store.begin() as work:
        await work.load([inspection])
        on_inspection_concluded(work, inspection)
        publishing = asyncio.create_task(do(sql_store, publish_rules, PublishRules(version="2012-2", by="xy-2")))
        await asyncio.wait([publishing], timeout=0.5)
        await work.flush()
    await publishing
    subject = await found(sql_store, inspection)
    assert subject is not None
    assert subject.due_on == APRIL


@pytest.mark.servers
async def test_the_database_itself_keeps_one_person_from_publishing(sql_store: SqlStore, database_url: str) -> None:
    await published(sql_store)
    connection = await asyncpg.connect(database_url)
    with pytest.raises(asyncpg.CheckViolationError, match="two_persons"):
        await connection.execute("UPDATE rules_edition SET published_by = drafted_by")
    await connection.close()
