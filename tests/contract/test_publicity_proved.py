"""What was publicised is vouched for: whoever touches a publication, its trace or what everybody read is found out."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec
import pytest

from chassis.audit import entries
from chassis.audit.findings import Bad
from chassis.audit.sequencer import Sequencer
from chassis.audit.verify import verify
from chassis.database import Connection
from chassis.migrations import migrate
from contracts.proved import PUBLICATION, PUBLICATION_CHANGE
from kernel.publicity import PublicityCause
from supervision import handlers
from supervision.domain.publicity.commands import CorrectPublication, PublicisePublication, WithdrawPublication
from supervision.store import publicity as stored
from tests.contract.test_supervision_store import MIGRATIONS, SqlStore, all_of, one, publish
from tests.fakes.publicity import early
from tests.fakes.supervised import a_link, a_version, an_inspection, decided, department_told, inspectors, person_told
from tests.keys import signer, trusted

pytestmark = pytest.mark.servers

TABLES = ("publication", "publication_change", "public_edition")
WHY: dict[str, Any] = {"cause": PublicityCause.CHANGED, "reason": "复议变更"}


def test_the_columns_the_chain_vouches_for_are_those_the_store_writes() -> None:
    assert tuple(stored._PUBLICATION) == PUBLICATION.columns
    assert tuple(stored._CHANGE) == PUBLICATION_CHANGE.columns


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[Connection]:
    """A superuser, after three results were publicised, one corrected, one withdrawn, and all chained and signed."""
    await migrate(database_url, MIGRATIONS)
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=4)
    store = SqlStore(pool)
    store.publicity = early()
    await all_of(store, handlers.register_inspector, inspectors())
    await publish(store, a_version(a_link(liaison="clerk")))
    await all_of(
        store, handlers.on_directory_changed, [department_told(), *(person_told(code) for code in ("clerk", "head"))]
    )
    await all_of(store, handlers.on_case_decided, [decided(f"C{n}", f"O{n}") for n in (1, 2, 3)])
    await all_of(
        store, handlers.conclude_inspection, [an_inspection(f"I{n}", f"O{n}", failed=("1",)) for n in (1, 2, 3)]
    )
    rows = await pool.fetch("SELECT publication_no::text AS no FROM publication ORDER BY 1")
    numbers = [row["no"] for row in rows]
    for number in numbers:
        await one(store, handlers.publicise_result, PublicisePublication(publication_no=number, by="clerk"))
    corrected = CorrectPublication(publication_no=numbers[1], by="head", result_class="NO_PROBLEM", **WHY)
    await one(store, handlers.correct_publication, corrected)
    await one(store, handlers.withdraw_publication, WithdrawPublication(publication_no=numbers[2], by="head", **WHY))
    sequencer = Sequencer("supervision", pool, store._transactions, entries.unsealed, signer("supervision"))
    await sequencer.seal_head()
    await pool.close()
    connection = await asyncpg.connect(database_url)
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def bad(owner: Connection) -> tuple[str, str, str]:
    found = (await verify(owner, "supervision", trusted=trusted())).bad
    assert isinstance(found, Bad)
    return found.table, found.key, found.what.value


async def keys(owner: Connection, table: str) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await owner.fetch(
        f"SELECT publication_no::text, version FROM {table} ORDER BY 1, 2"  # noqa: S608 - a table of the test
    )
    return rows


async def test_what_nobody_touched_is_sound_and_what_everybody_reads_is_kept_word_for_word(owner: Connection) -> None:
    report = await verify(owner, "supervision", trusted=trusted())
    assert report.bad is None
    contents = await owner.fetch("SELECT version, content FROM public_edition ORDER BY publication_no, version")
    said = [msgspec.json.decode(row["content"]) for row in contents]
    assert [each["state"] for each in said] == ["PUBLICISED", "PUBLICISED", "CORRECTED", "PUBLICISED", "WITHDRAWN"]
    assert [each["version"] for each in said] == [row["version"] for row in contents]
    assert (said[0]["subject"]["name"], said[0]["object"]) == ("某餐馆", "某店")
    assert "subject" not in said[-1]
    assert await owner.fetchval("SELECT count(*) FROM audit_leaf") == len(said)


@pytest.mark.parametrize("position", [0, 1, -1], ids=["first", "middle", "last"])
@pytest.mark.parametrize("table", TABLES)
async def test_a_row_of_a_publicised_result_that_was_touched_is_named(
    owner: Connection, table: str, position: int
) -> None:
    column = {"publication": "result_class", "publication_change": "reason", "public_edition": "content"}[table]
    number, version = (await keys(owner, table))[position]
    there = "publication_no = $1::text::uuid AND version = $2"
    async with owner.transaction():
        await owner.execute(f"UPDATE {table} SET {column} = 'FORGED' WHERE {there}", number, version)  # noqa: S608
    assert await bad(owner) == (table, f"{number}/{version}", "changed")
    await owner.execute(f"DELETE FROM {table} WHERE {there}", number, version)  # noqa: S608
    table_named, key, what = await bad(owner)
    assert (table_named, what) == (table, "deleted")
    assert key.startswith(number)


@pytest.mark.parametrize("table", TABLES)
async def test_a_publicised_result_that_was_inserted_is_named(owner: Connection, table: str) -> None:
    columns = [c for c in await _columns(owner, table) if c not in {"publication_no", "inspection_no"}]
    fresh = "publication_no, inspection_no" if table == "publication" else "publication_no"
    made = "gen_random_uuid(), 'forged'" if table == "publication" else "gen_random_uuid()"
    rest = ", ".join(columns)
    row = await owner.fetchrow(
        f"INSERT INTO {table} ({fresh}, {rest}) SELECT {made}, {rest} FROM {table} LIMIT 1"  # noqa: S608
        " RETURNING publication_no::text, version"
    )
    assert row is not None
    assert await bad(owner) == (table, f"{row[0]}/{row[1]}", "inserted")


async def _columns(owner: Connection, table: str) -> list[str]:
    rows = await owner.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = $1", table)
    return [row[0] for row in rows]
