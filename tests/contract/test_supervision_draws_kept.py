"""What PostgreSQL keeps of draws: announcements and ends nobody changes, secrets sealed, what was drawn until it is sent."""

from collections.abc import Sequence
from hashlib import sha256

import asyncpg
import pytest

from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.draws.assignment import AssignDrawn
from supervision.domain.inspector import Inspector
from supervision.store import DueAssignments
from tests.contract.test_supervision_draws import (
    LINK,
    PREPARE,
    RUN,
    assigning,
    at_noon_of_the_next_day,
    file_plan,
    ran,
)
from tests.contract.test_supervision_store import SqlStore, all_of, one, publish, sql_store
from tests.fakes.plans import a_matter
from tests.fakes.supervised import NOON, a_version, decided

__all__ = ["sql_store"]
pytestmark = pytest.mark.servers


def sorted_objects(pool: bytes) -> list[bytes]:
    """The lines of a pool somebody changed, in the order a pool has them."""
    rows = pool.splitlines(keepends=True)
    return [row for row in rows if b'"object"' not in row] + sorted(row for row in rows if b'"object"' in row)


@pytest.fixture
async def drawn(sql_store: SqlStore) -> SqlStore:
    """The same place on PostgreSQL alone."""
    people = [Inspector(code=f"orange-{n}", name=f"执法员{n}", department="DEMO-FOOD") for n in range(1, 6)]
    await all_of(sql_store, handlers.register_inspector, people)
    await publish(sql_store, a_version(LINK))
    await all_of(sql_store, handlers.on_case_decided, [decided(f"C{n}", f"O{n}") for n in range(4)])
    await one(sql_store, handlers.register_matter, a_matter())
    await file_plan(sql_store)
    return sql_store


async def test_what_was_announced_and_what_is_over_never_changes(drawn: SqlStore) -> None:
    await one(drawn, handlers.prepare_draw, PREPARE)
    for forbidden in (
        "UPDATE draw SET snapshot = ''",
        "UPDATE draw SET sealed_secret = ''",
        "UPDATE draw SET value_form = '####'",
        "DELETE FROM draw",
    ):
        with pytest.raises(asyncpg.RaiseError, match="never changes what was announced"):
            await drawn.pool.execute(forbidden)
    with pytest.raises(asyncpg.RaiseError, match="only added to"):
        await drawn.pool.execute("UPDATE draw_pool SET content = ''")
    await at_noon_of_the_next_day(drawn, handlers.run_draw, RUN)
    with pytest.raises(asyncpg.RaiseError, match="run once"):
        await drawn.pool.execute("UPDATE draw SET state = 'ANNOUNCED'")


async def test_who_gets_around_the_triggers_is_found_out_before_anything_is_drawn(drawn: SqlStore) -> None:
    await one(drawn, handlers.prepare_draw, PREPARE)
    await drawn.pool.execute("ALTER TABLE draw_pool DISABLE TRIGGER ALL")
    pool = await drawn.pool.fetchval("SELECT content FROM draw_pool")
    other = pool.replace(b"chicago:O1", b"chicago:O9")
    await drawn.pool.execute("UPDATE draw_pool SET content = $1", b"".join(sorted_objects(other)))
    with pytest.raises(Refusal, match="pool-changed"):
        await at_noon_of_the_next_day(drawn, handlers.run_draw, RUN)
    await drawn.pool.execute("ALTER TABLE draw DISABLE TRIGGER ALL")
    await drawn.pool.execute("UPDATE draw SET snapshot = $1", sha256(other).hexdigest())
    with pytest.raises(ValueError, match="not as it was announced"):
        await at_noon_of_the_next_day(drawn, handlers.run_draw, RUN)


async def test_the_secret_is_sealed_until_the_draw_is_over(drawn: SqlStore) -> None:
    draw, _ = await one(drawn, handlers.prepare_draw, PREPARE)
    (before,) = await drawn.pool.fetch("SELECT * FROM draw")
    assert draw.secret not in repr(tuple(before))
    assert draw.secret.encode() not in before["sealed_secret"]
    await at_noon_of_the_next_day(drawn, handlers.run_draw, RUN)
    assert await drawn.pool.fetchval("SELECT secret FROM draw") == draw.secret


async def test_objects_without_tasks_are_found_until_they_are_assigned(drawn: SqlStore) -> None:
    numbers = await ran(drawn)

    async def due(limit: int = 9, left: Sequence[tuple[str, ...]] = ()) -> list[tuple[str, ...]]:
        async with drawn.pool.acquire() as connection:
            return list(await DueAssignments()(connection, NOON, limit, left))

    waiting = await due()
    assert [AssignDrawn(*key) for key in waiting] == [assigning(number) for number in numbers]
    assert (await due(1), await due(left=waiting[:1])) == (waiting[:1], waiting[1:])
    await all_of(drawn, handlers.assign_drawn, [AssignDrawn(*key) for key in waiting])
    assert await due() == []
