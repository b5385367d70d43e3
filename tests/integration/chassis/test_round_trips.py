"""Reads and writes that share a round trip, on a real database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from chassis import setwise
from chassis.database import open_pool
from chassis.reads import Reads
from chassis.writes import MOST, Writes
from tests.integration.chassis.road import Road, decided

pytestmark = pytest.mark.servers

SHOPS = setwise.select("shop", {"no": "text"}) + " ORDER BY no"
TRADES = "SELECT trade.* FROM trade WHERE trade.no = ANY($1::text[]) AND since >= $2"
ADD_SHOPS = setwise.insert("shop", {"no": "text", "trade": "text", "opened": "timestamptz"})
ADD_TRADES = setwise.insert("trade", {"no": "text", "since": "int"})
NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)


@dataclass
class Town:
    """A database with shops and their trades, and what it was asked."""

    connection: Any
    asked: list[str]

    async def statements(self) -> list[str]:
        """What was sent so far, without what the driver asks about types."""
        await asyncio.sleep(0)  # a connection tells its loggers a turn later
        return [each for each in self.asked if "typeinfo" not in each and "'jit'" not in each]

    def reads(self) -> Reads:
        return Reads(self.connection, {})


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    setup = await asyncpg.connect(database_url)
    await setup.execute("CREATE TABLE trade (no text PRIMARY KEY, since int NOT NULL)")
    await setup.execute("CREATE TABLE shop (no text PRIMARY KEY, trade text REFERENCES trade, opened timestamptz)")
    await setup.execute("CREATE UNIQUE INDEX ON shop (trade) WHERE opened IS NOT NULL")
    await setup.execute("INSERT INTO trade SELECT 'T' || n, n FROM generate_series(1, 9) AS n")
    await setup.execute("INSERT INTO shop SELECT 'S' || n, 'T' || n, now() FROM generate_series(1, 9) AS n")
    await setup.close()
    pool = await open_pool(database_url)
    async with pool.acquire() as connection:
        asked: list[str] = []
        connection.add_query_logger(hear := _hear(asked))
        yield Town(connection, asked)
        connection.remove_query_logger(hear)
    await pool.close()


def _hear(asked: list[str]) -> Any:
    def hear(record: Any) -> None:
        asked.append(record.query)

    return hear


async def test_parts_that_ask_at_the_same_moment_share_a_statement(town: Town) -> None:
    reads = town.reads()
    found: dict[str, Sequence[Any]] = {}

    async def shops() -> None:
        found["shops"] = await reads.fetch(SHOPS, ["S2", "S1"])
        wanted = [row["trade"] for row in found["shops"]]
        found["theirs"] = await reads.fetch(TRADES, wanted, 2)

    async def trades() -> None:
        found["trades"] = await reads.fetch(TRADES, ["T3"], 0)

    async def nothing() -> None:
        found["nothing"] = ()

    await reads.together(shops(), trades(), nothing())

    assert [row["no"] for row in found["shops"]] == ["S1", "S2"]
    assert found["shops"][0]["opened"].tzinfo is not None
    assert [dict(row) for row in found["theirs"]] == [{"no": "T2", "since": 2}]
    assert [dict(row) for row in found["trades"]] == [{"no": "T3", "since": 3}]
    assert len(await town.statements()) == 2, "one statement for both, one for what followed"


async def test_alone_a_query_is_asked_as_it_is(town: Town) -> None:
    assert [row["since"] for row in await town.reads().fetch(TRADES, ["T4"], 0)] == [4]
    assert await town.statements() == [TRADES]


async def test_what_a_part_raises_ends_all(town: Town) -> None:
    reads = town.reads()
    ended = []

    async def wrong() -> None:
        await reads.fetch(SHOPS, [])
        raise LookupError("no shop")

    async def waiting() -> None:
        try:
            await reads.fetch(TRADES, [], 0)
            await reads.fetch(TRADES, [], 1)
        finally:
            ended.append("waiting")

    with pytest.raises(LookupError):
        await reads.together(waiting(), wrong())
    assert ended == ["waiting"]
    assert await reads.fetch(TRADES, ["T1"], 0), "the reads go on being usable"


async def test_a_part_waits_for_its_queries_alone(town: Town) -> None:
    reads = town.reads()

    async def locking() -> None:
        await town.connection.execute("SELECT pg_advisory_xact_lock(1)")

    with pytest.raises((TypeError, RuntimeError)):
        await reads.together(locking())


async def test_columns_that_come_and_go_while_a_process_runs_harm_nothing(town: Town, database_url: str) -> None:
    columns: dict[str, tuple[str, ...]] = {}
    owner = await asyncpg.connect(database_url)

    async def both() -> list[Any]:
        reads = Reads(town.connection, columns)
        rows: list[Any] = []

        async def of(query: str, *parameters: Any) -> None:
            rows.extend(await reads.fetch(query, *parameters))

        await reads.together(of(TRADES, ["T5"], 0), of(SHOPS, ["S5"]))
        return rows

    assert (await both())[0]["since"] == 5
    await owner.execute("ALTER TABLE trade ADD COLUMN note text DEFAULT 'new'")
    assert (await both())[0]["since"] == 5
    await owner.execute("ALTER TABLE trade DROP COLUMN note, ADD COLUMN more int DEFAULT 7")
    assert (await both())[0]["since"] == 5
    columns.clear()
    assert (await both())[0]["more"] == 7
    await owner.execute("ALTER TABLE trade DROP COLUMN more")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await both()
    assert set((await both())[0]) == {"no", "since"}
    await owner.close()


async def test_what_is_written_goes_in_one_statement_whatever_the_order_of_its_tables(town: Town) -> None:
    writes = Writes(town.connection)
    writes.put_rows(ADD_SHOPS, [("S10", "T10", None)])
    writes.put_rows(ADD_TRADES, [("T10", 10), ("T11", 11)])
    writes.put_rows(ADD_TRADES, [])
    await writes.send()
    assert len(await town.statements()) == 1
    assert (
        await town.connection.fetchval("SELECT since FROM shop JOIN trade ON trade.no = shop.trade WHERE since > 9")
        == 10
    )
    await writes.send()
    assert len(await town.statements()) == 2, "nothing is written twice"


async def test_what_writes_a_table_again_comes_after(town: Town) -> None:
    writes = Writes(town.connection)
    writes.put("UPDATE shop SET opened = NULL WHERE no = $1", "S1")
    writes.put_rows(ADD_TRADES, [("T12", 12)])
    writes.put_rows(ADD_SHOPS, [("S12", "T1", NOON)])
    await writes.send()
    assert len(await town.statements()) == 2
    assert await town.connection.fetchval("SELECT no FROM shop WHERE trade = 'T1' AND opened IS NOT NULL") == "S12"


async def test_many_rows_are_a_statement_of_their_own(town: Town) -> None:
    writes = Writes(town.connection)
    writes.put_rows(ADD_TRADES, [(f"N{number}", 1) for number in range(MOST + 1)])
    writes.put_rows(ADD_SHOPS, [("S13", "N0", NOON)])
    await writes.send()
    assert len(await town.statements()) == 2
    assert await town.connection.fetchval("SELECT count(*) FROM trade WHERE no LIKE 'N%'") == MOST + 1


async def test_only_single_statements_are_put(town: Town) -> None:
    writes = Writes(town.connection)
    writes.put("WITH gone AS (DELETE FROM shop RETURNING no) INSERT INTO trade SELECT no, 1 FROM gone")
    with pytest.raises(ValueError, match="not a single"):
        await writes.send()


async def test_nothing_is_written_when_the_transaction_fails(road: Road) -> None:
    with pytest.raises(LookupError):
        await _one_that_fails(road)
    async with road.pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM event_log") == 0
        assert await connection.fetchval("SELECT count(*) FROM noted") == 0


async def _one_that_fails(road: Road) -> None:
    async with road.transactions.begin() as tx:
        tx.writes.put("INSERT INTO noted (object_no, version) VALUES ($1, $2)", "S-1", 1)
        tx.publish(decided())
        raise LookupError("after all")


@pytest.mark.parametrize("odd", ["", "a,b", '"{}"\\', "\x1f", "\x1e", "\x1d", "中\U00020bb7", "\n", "\x01", "NULL"])
async def test_texts_arrive_as_they_are_written(town: Town, odd: str) -> None:
    writes = Writes(town.connection)
    writes.put_rows(ADD_TRADES, [(odd, 1)])
    await writes.send()
    assert await town.connection.fetchval("SELECT no FROM trade WHERE since = 1 AND no <> 'T1'") == odd
    reads = town.reads()

    async def part() -> None:
        found.append([row["no"] for row in await reads.fetch(TRADES, [odd, "T9"], 1)])

    found: list[list[str]] = []
    await reads.together(part(), part())
    assert [sorted(each) for each in found] == [sorted([odd, "T9"])] * 2


async def test_nothing_is_told_from_an_empty_text(town: Town) -> None:
    writes = Writes(town.connection)
    writes.put_rows(ADD_TRADES, [("", 1), ("N", 1)])
    writes.put_rows(ADD_SHOPS, [("A", None, None), ("B", "", None), ("C", "N", None)])
    await writes.send()
    rows = await town.connection.fetch("SELECT no, trade FROM shop WHERE no < 'S' ORDER BY no")
    assert [tuple(row) for row in rows] == [("A", None), ("B", ""), ("C", "N")]
