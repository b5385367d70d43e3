"""Whoever changes, deletes or inserts a row, superuser or not, is found out, and the row is named."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.audit.heads import Head
from chassis.audit.sequencer import Sequencer
from chassis.clock import StackClock
from chassis.transaction import Transactions
from tests.integration.chassis.office import KEYS, Office
from tests.integration.chassis.road import decided

pytestmark = pytest.mark.servers


async def test_a_chain_nobody_touched_is_sound(office: Office) -> None:
    await office.work()
    report = await office.verified(seal=KEYS.digest)
    assert report.bad is None
    assert (report.blocks, report.entries, report.rows) == (5, 10, 19)
    assert (report.heads, report.pending, report.unsigned_blocks) == (1, 0, 1)


@pytest.mark.parametrize("position", [0, 4, -1], ids=["first", "middle", "last"])
@pytest.mark.parametrize(
    ("verb", "table", "statement"),
    [
        ("changed", "audit_entry", "UPDATE audit_entry SET principal = 'x' WHERE id = $1::text::uuid"),
        ("changed", "audit_entry", "UPDATE audit_entry SET refs = '{}' WHERE id = $1::text::uuid"),
        ("deleted", "audit_entry", "DELETE FROM audit_entry WHERE id = $1::text::uuid"),
        ("changed", "event_log", "UPDATE event_log SET payload = '{}' WHERE event_id = $1::text::uuid"),
        ("changed", "event_log", "UPDATE event_log SET headers = '{}' WHERE event_id = $1::text::uuid"),
        ("deleted", "event_log", "DELETE FROM event_log WHERE event_id = $1::text::uuid"),
    ],
)
async def test_a_row_that_was_touched_is_named(
    office: Office, verb: str, table: str, statement: str, position: int
) -> None:
    await office.work()
    key = (await office.keys(table, "id" if table == "audit_entry" else "event_id"))[position]
    assert await office.owner.execute(statement, key) in {"UPDATE 1", "DELETE 1"}
    assert await office.bad() == (table, key, verb)


@pytest.mark.parametrize("position", ["first", "middle", "last"])
@pytest.mark.parametrize(
    ("table", "key", "time"), [("audit_entry", "id", "at"), ("event_log", "event_id", "logged_at")]
)
async def test_a_row_that_was_inserted_is_named(office: Office, table: str, key: str, time: str, position: str) -> None:
    await office.work()
    at = {
        "first": datetime(2020, 1, 1, tzinfo=UTC),
        "middle": await office.owner.fetchval(f"SELECT {time} FROM {table} ORDER BY 1 OFFSET 5 LIMIT 1"),  # noqa: S608
        "last": datetime.now(UTC),
    }[position]
    columns = await office.owner.fetchval(
        "SELECT string_agg(column_name, ', ') FROM information_schema.columns"
        " WHERE table_name = $1 AND column_name NOT IN ($2, $3)",
        table,
        key,
        time,
    )
    new = await office.owner.fetchval(
        f"INSERT INTO {table} ({key}, {time}, {columns}) SELECT gen_random_uuid(), $1, {columns} FROM {table} LIMIT 1 RETURNING {key}",  # noqa: S608
        at,
    )
    await office.sequencer.chain_all()
    assert await office.bad() == (table, str(new), "inserted")


async def test_a_forged_entry_that_queues_to_be_chained_is_not_chained(office: Office) -> None:
    await office.work()
    forged = await office.owner.fetchrow(
        "INSERT INTO audit_entry SELECT (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'at', now()))).*"
        " FROM audit_entry e LIMIT 1 RETURNING id, at"
    )
    assert forged is not None
    await office.owner.execute("INSERT INTO audit_pending VALUES ($1, $2)", *forged)
    await office.sequencer.chain_all()
    await office.say()
    await office.sequencer.seal_head()
    assert await office.bad() == ("audit_entry", str(forged["id"]), "inserted")


async def test_a_copy_of_an_event_under_its_own_id_is_found(office: Office) -> None:
    await office.work()
    key = (await office.keys("event_log", "event_id"))[3]
    await office.owner.execute(
        "INSERT INTO event_log SELECT event_id, logged_at + interval '1 s', type, subject, aggregate, source_system, headers,"
        " payload FROM event_log WHERE event_id = $1::text::uuid",
        key,
    )
    assert await office.bad() == ("event_log", key, "inserted")


@pytest.mark.parametrize("no", [0, 1, 2, 3])
async def test_a_block_that_was_altered_or_removed_is_named(office: Office, no: int) -> None:
    await office.work()
    row = await office.owner.fetchrow("SELECT * FROM audit_block WHERE no = $1", no)
    assert row is not None
    await office.owner.execute("UPDATE audit_block SET at = at + interval '1 s' WHERE no = $1", no)
    assert await office.bad() == ("audit_block", str(no), "changed")
    await office.owner.execute("DELETE FROM audit_block WHERE no = $1", no)
    assert await office.bad() == ("audit_block", str(no), "deleted")


async def test_the_last_rows_and_their_blocks_and_heads_are_missed_by_the_heads_others_kept(office: Office) -> None:
    await office.work()
    kept = await office.heads()
    for statement in (
        "DELETE FROM audit_head",
        "DELETE FROM audit_entry WHERE id IN (SELECT unnest(entries) FROM audit_block WHERE no >= 3)",
        "DELETE FROM audit_block WHERE no >= 3",
    ):
        await office.owner.execute(statement)
    vouched = "SELECT substr(unnest(refs), 11) FROM audit_entry"
    await office.owner.execute(f"DELETE FROM event_log WHERE event_id::text NOT IN ({vouched})")  # noqa: S608 - constant
    assert (await office.verified()).ok, "the database alone looks sound"
    assert await office.bad(kept) == ("audit_block", "3", "deleted")


async def test_a_head_that_was_taken_back_or_forged_is_found(office: Office) -> None:
    await office.work()
    kept = await office.heads()
    await office.owner.execute("DELETE FROM audit_head")
    assert await office.bad(kept) == ("audit_head", "1", "deleted")
    forged = replace(kept[0], signature=bytes(64))
    assert await office.bad([forged]) == ("audit_head", "1", "unsigned")


async def test_a_chain_written_anew_differs_from_its_signed_heads(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.work()
    for statement in (
        "UPDATE audit_entry SET by = 'somebody else' WHERE id = (SELECT id FROM audit_entry ORDER BY at LIMIT 1)",
        "INSERT INTO audit_pending SELECT id, at FROM audit_entry",
        "DELETE FROM audit_block",
    ):
        await office.owner.execute(statement)
    monkeypatch.setattr(Sequencer, "_is_ours", lambda _self, _row: True)
    await office.sequencer.chain_all()
    table, _, what = await office.bad()
    assert (table, what) in {("audit_block", "changed"), ("audit_block", "deleted")}


async def test_the_service_does_not_chain_on_to_a_block_it_did_not_write(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    await office.work()
    before = await office.count("audit_block")
    await office.owner.execute("UPDATE audit_block SET seal = ''::bytea WHERE no = $1", before - 1)
    await office.say()
    await office.sequencer._patiently()
    assert await office.count("audit_block") == before
    assert await office.count("audit_pending") == 1


async def test_rows_of_before_the_chain_are_counted_and_later_ones_are_not_hidden_among_them(office: Office) -> None:
    plain = Transactions(lambda: office.pool, StackClock(), "approval", "640202", lambda: None)
    async with plain.begin() as tx:
        tx.publish(decided())
    await office.owner.execute("DELETE FROM audit_entry")
    await office.owner.execute("DELETE FROM audit_pending")
    await office.work()
    assert (await office.verified()).before == {"event_log": 1}
    old = await office.owner.fetchval("SELECT event_id FROM event_log ORDER BY logged_at LIMIT 1")
    await office.owner.execute("DELETE FROM event_log WHERE event_id = $1", old)
    assert await office.bad() == ("event_log", "-", "deleted")


async def test_entries_that_end_in_another_order_than_they_began_are_all_chained(office: Office) -> None:
    async with office.transactions.begin() as slow:
        slow.publish(decided("S-slow"))
        await office.say(2)
        await office.sequencer.chain_all()
    await office.sequencer.chain_all()
    report = await office.verified()
    assert (report.bad, report.entries, report.pending) == (None, 3, 0)


async def test_two_processes_of_a_service_chain_and_sign_as_one(office: Office) -> None:
    other = Office(office.pool, office.owner)
    for _ in range(5):
        await asyncio.gather(office.say(20), other.say(20))
        await asyncio.gather(*(each.sequencer.seal_head() for each in (office, other, office, other)))
    await office.sequencer.chain_all()
    report = await office.verified(await office.heads(), seal=KEYS.digest)
    assert report.bad is None
    assert (report.entries, report.pending) == (await office.count("audit_entry"), 0)
    assert [head.no for head in await office.heads()] == [*range(1, report.heads + 1)]
    await office.say()
    await other.sequencer.seal_head(timedelta(minutes=1))
    assert await office.count("audit_head") == report.heads
    await other.sequencer.seal_head()
    assert await office.count("audit_head") == report.heads + 1


async def test_heads_are_added_to_a_file_and_the_file_is_believed(office: Office, tmp_path: Path) -> None:
    office.sequencer._sealer.file = str(tmp_path / "heads")
    await office.work()
    lines = (tmp_path / "heads").read_text(encoding="utf-8").splitlines()
    heads = [Head.read(line.encode()) for line in lines]
    assert heads == await office.heads()
    assert (await office.verified(heads)).witnesses == 1
