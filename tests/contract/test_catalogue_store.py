"""The store of catalogue versions: their life, what other processes see of it, and rows of older revisions."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from chassis.migrations import migrate
from kernel.deadline import Limit
from supervision import handlers
from supervision.domain.catalogue import VersionState
from supervision.domain.catalogue.commands import DraftVersion, LookAtVersion, RetireVersion
from tests.contract.test_supervision_store import MIGRATIONS, FakeStore, SqlStore, Store, one, publish, seen
from tests.fakes.supervised import NOON, a_link, a_version, decided, published, publishing


def import_module_from(path: Path) -> Any:
    """A revision, which is no module of a package."""
    specification = spec_from_file_location(path.stem, path)
    assert specification
    assert specification.loader
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
async def sql_store(database_url: str) -> AsyncIterator[SqlStore]:
    await migrate(database_url, MIGRATIONS)
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=4)
    yield SqlStore(pool)
    await pool.close()


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def store(request: pytest.FixtureRequest) -> Store:
    chosen: Store = FakeStore() if request.param == "fake" else request.getfixturevalue("sql_store")
    return chosen


@pytest.mark.servers
async def test_another_process_sees_drafts_never_and_a_retirement_at_once(sql_store: SqlStore) -> None:
    other = SqlStore(sql_store.pool)
    await publish(sql_store, a_version())
    assert (await one(other, handlers.on_case_decided, decided())).outcome.value == "TASK"
    newer = a_version(a_link("FIRE"), version="2011-1", effective_from=date(2011, 1, 1))
    steps = publishing(newer)
    for number, (handle, command) in enumerate(steps, start=2):
        await one(sql_store, handle, command)
        matched = (await one(other, handlers.on_case_decided, decided(f"C{number}", f"O{number}"))).catalogue_version
        assert matched == ("2011-1" if number == 4 else "2010-1")
    await one(sql_store, handlers.retire_version, RetireVersion(version="2011-1", by="carl"))
    late = decided("C5", "O5", decided_on=date(2011, 9, 2))
    assert (await one(other, handlers.on_case_decided, late)).catalogue_version == "2010-1"
    early = decided("C6", "O6", decided_on=date(2011, 9, 1))
    assert (await one(other, handlers.on_case_decided, early)).catalogue_version == "2011-1"


async def test_a_record_comes_back_with_all_its_life(store: Store) -> None:
    draft = a_version(a_link(condition="decision.commitment", claim_limit=Limit.parse("2wd")), version="2013-1")
    for handle, command in publishing(draft):
        await one(store, handle, command)
    await one(store, handlers.retire_version, RetireVersion(version="2013-1", by="carl", on=date(2020, 1, 1)))
    record = await seen(store, LookAtVersion(version="2013-1"), lambda work: work.catalogues.record("2013-1"))
    assert record == replace(
        published(draft), state=VersionState.RETIRED, retired_by="carl", retired_at=NOON, retired_on=date(2020, 1, 1)
    )


async def test_what_a_decision_was_matched_by_is_kept(store: Store) -> None:
    applied = await one(store, handlers.on_case_decided, decided(commitment=True))
    kept = await seen(store, decided(), lambda work: work.decisions.get("chicago", "C1", 1))
    assert kept == applied
    assert (kept.commitment, kept.existing, kept.id_no, kept.subject_kind) == (True, False, "S1", "ORGANISATION")
    assert (kept.object_name, kept.object_address) == ("某店", "某路 1 号")


@pytest.mark.servers
async def test_versions_loaded_before_there_was_a_life_are_published_with_their_occasions(database_url: str) -> None:
    """The revisions one by one, with rows of the older one in between."""
    first, second = (
        import_module_from(MIGRATIONS / "versions" / f"{name}.py").STATEMENTS
        for name in ("0002_supervision", "0004_catalogue")
    )
    old: dict[str, Any] = {"version": "old", "effective_from": "2000-01-01", "effective_to": None, "checklists": []}
    link = {"code": "FOOD", "item_code": "1006", "kinds": ["NEW", "RENEW"], "department": "DEMO-FOOD"}
    content = json.dumps(old | {"links": [link, link | {"code": "B", "kinds": ["CHANGE"]}]})
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=1)
    for statement in first:
        await pool.execute(statement)
    await pool.execute("INSERT INTO catalogue_version VALUES ('old', 1, '2000-01-01', NULL, $1, $2)", content, NOON)
    for statement in second:
        await pool.execute(statement)
    row = await pool.fetchrow("SELECT state, publication, published_at, content FROM catalogue_version")
    await pool.close()
    assert row is not None
    links = json.loads(row["content"])["links"]
    assert (row["state"], row["publication"], row["published_at"]) == ("PUBLISHED", 1, NOON)
    assert [(one["code"], one["triggers"], "kinds" in one) for one in links] == [
        ("FOOD", ["NEW", "RENEW"], False),
        ("B", ["CHANGE"], False),
    ]


async def test_a_catalogue_version_comes_back_as_it_went(store: Store) -> None:
    later = a_version(a_link("LATER"), version="2012-1", effective_from=date(2012, 1, 1), effective_to=date(2013, 1, 1))
    await publish(store, a_version())
    await publish(store, later)
    catalogue = await seen(store, decided(), lambda work: work.catalogues.current)
    assert [version.version for version in catalogue.versions] == ["2010-1", "2012-1"]
    assert catalogue.versions[1] == later
    assert (await one(store, handlers.draft_version, DraftVersion(content=later, by="drafter"))).duplicate


@pytest.mark.servers
async def test_another_process_sees_a_version_as_soon_as_it_is_committed(sql_store: SqlStore) -> None:
    other = SqlStore(sql_store.pool)
    await publish(sql_store, a_version())
    assert (await one(other, handlers.on_case_decided, decided())).outcome.value == "TASK"
    await publish(sql_store, a_version(a_link("FIRE"), version="2011-1", effective_from=date(2011, 1, 1)))
    assert (await one(other, handlers.on_case_decided, decided("C2", "O2"))).catalogue_version == "2011-1"
