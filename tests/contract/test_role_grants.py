"""角色授权 in PostgreSQL: the database itself keeps the three administrators apart, whatever writes to it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from approval import handlers, queries
from approval.domain.role_grant import ConfirmGrant, EndGrant, GrantRole, RoleGrant
from approval.store import SqlGrants
from chassis.database import Pool, open_pool, reading_engine
from chassis.migrations import migrate
from chassis.transaction import Transactions
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Refusal
from kernel.role import Role

pytestmark = pytest.mark.servers

MIGRATIONS = Path(__file__).parents[2] / "services" / "approval" / "migrations"
DIRECTLY = """
INSERT INTO role_grant (grant_id, person, role, region, department, starts_on, ends_on, state, granted_by, granted_at,
    confirmed_by, confirmed_at, ended_by, ended_why)
VALUES ($1, 'zhao', $2, '*', '*', $3, $4, 'GRANTED', 'sun', now(), $5, now(), '', '')
"""


class Now:
    """A clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    await migrate(database_url, MIGRATIONS)
    opened = await open_pool(database_url)
    await opened.execute(
        "INSERT INTO person VALUES ('zhao', '赵', 'D-1', NULL, '', '', 1), ('qian', '钱', 'D-1', '2020-01-01', '', '', 1)"
    )
    yield opened
    await opened.close()


def unit_of(pool: Pool) -> UnitOfWork[SqlGrants]:
    return UnitOfWork(Transactions(lambda: pool, Now(), "approval", "640202", lambda: None), SqlGrants)


def giving(grant_id: str, role: Role, person: str = "zhao") -> GrantRole:
    return GrantRole(
        grant_id=grant_id, person=person, role=role, region="*", department="*", starts_on=None, ends_on=None, by="sun"
    )


async def test_a_grant_is_kept_as_it_was_given_confirmed_and_ended(pool: Pool, database_url: str) -> None:
    unit = unit_of(pool)
    proposed, _ = await unit.run(handlers.grant_role, giving("g1", Role.SECURITY_ADMIN))
    assert await unit.run(handlers.grant_role, giving("g2", Role.SECURITY_ADMIN)) == (proposed, True)
    confirmed = await unit.run(handlers.confirm_grant, ConfirmGrant(grant_id="g1", by="li"))
    ended = await unit.run(handlers.end_grant, EndGrant(grant_id="g1", by="li", reason="调岗"))
    assert (confirmed.confirmed_by, ended.ended_why) == ("li", "调岗")
    engine = reading_engine(database_url)
    async with engine.connect() as connection:
        (shown,) = await queries.role_grants(connection, "zhao", "", 10)
        assert await queries.role_grants(connection, "qian", "", 10) == []
    assert RoleGrant(**shown) == ended
    await engine.dispose()


@pytest.mark.parametrize("person", ["qian", "nobody", "a\x00"])
async def test_who_has_left_or_is_unknown_gets_no_role(pool: Pool, person: str) -> None:
    with pytest.raises(Refusal) as refusal:
        await unit_of(pool).run(handlers.grant_role, giving("g1", Role.APPROVER, person))
    assert [fault.pointer for fault in refusal.value.faults] == ["/person"]


async def test_of_all_asked_for_at_once_one_administrator_is_granted(pool: Pool) -> None:
    unit = unit_of(pool)

    async def ask(n: int) -> Any:
        try:
            role = (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR)[n % 3]
            return (await unit.run(handlers.grant_role, giving(f"g{n}", role)))[1]
        except Refusal as refusal:
            return refusal.code

    told = await asyncio.gather(*(ask(n) for n in range(12)))
    assert told.count(False) == 1
    assert told.count("roles-not-separated") == 8
    assert await pool.fetchval("SELECT count(*) FROM role_grant") == 1


async def test_the_database_refuses_a_second_administrator_to_whoever_writes_past_the_service(pool: Pool) -> None:
    first, last = date(2026, 1, 1), date(2026, 6, 30)
    await pool.execute(DIRECTLY, "g1", "SECURITY_ADMIN", first, last, "li")
    with pytest.raises(asyncpg.ExclusionViolationError):
        await pool.execute(DIRECTLY, "g2", "AUDITOR", last, None, "li")
    await pool.execute(DIRECTLY, "g3", "AUDITOR", date(2026, 7, 1), None, "li")
    with pytest.raises(asyncpg.ExclusionViolationError):
        await pool.execute("UPDATE role_grant SET ends_on = NULL WHERE grant_id = 'g1'")
    await pool.execute(DIRECTLY, "g4", "SUPERVISOR", first, None, "")
    for confirmed_by in ("", "sun", "zhao"):
        with pytest.raises(asyncpg.CheckViolationError):
            await pool.execute(DIRECTLY, "g5", "AUDITOR", date(2027, 1, 1), None, confirmed_by)


async def test_two_writers_at_once_do_not_join_two_administrators(pool: Pool) -> None:
    first = date(2026, 1, 1)

    async def write(grant_id: str, role: str) -> bool:
        try:
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute(DIRECTLY, grant_id, role, first, None, "li")
                await asyncio.sleep(0.2)
        except asyncpg.ExclusionViolationError:
            return False
        return True

    assert sorted(await asyncio.gather(write("g1", "AUDITOR"), write("g2", "SYSTEM_ADMIN"))) == [False, True]
