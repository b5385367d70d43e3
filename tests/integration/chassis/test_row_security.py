"""The second fence: what a question may see, PostgreSQL itself decides."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from sqlalchemy import text

from chassis.access.principal import ITSELF, NOBODY, Principal, PrincipalKind, on_behalf_of
from chassis.database import open_pool, reading_engine
from chassis.owner import grant
from chassis.reader import Reader
from chassis.row_security import FUNCTION, fence
from kernel.role import Role
from ops.postgres import Database, EmbeddedPostgres
from tests.conftest import server_folder

ROWS = [(region, department) for region in ("640202", "640205", "640302", "650102") for department in ("FOOD", "FIRE")]


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    """A fenced table as a service has it: its owner made it, the service's role uses it."""

    async def furnished(server: EmbeddedPostgres) -> Database:
        await server.start()
        made = await server.database("shenguan_supervision")
        owner = await asyncpg.connect(made.owner_url)
        await owner.execute("CREATE TABLE alembic_version (version_num text)")
        await owner.execute("CREATE TABLE job (region text, department text)")
        for statement in (FUNCTION, *fence("job")):
            await owner.execute(statement)
        await owner.executemany("INSERT INTO job VALUES ($1, $2)", ROWS)
        await grant(owner, "shenguan_supervision")
        await owner.close()
        return made

    with server_folder() as folder, asyncio.Runner() as runner:
        server = EmbeddedPostgres(folder, usual_port=0, temporary=True)
        try:
            yield runner.run(furnished(server))
        finally:
            runner.run(server.stop())


@pytest.fixture
async def reader(database: Database) -> AsyncIterator[Reader]:
    engine = reading_engine(database.url)
    yield Reader(engine)
    await engine.dispose()


async def seen(reader: Reader, principal: Principal) -> list[tuple[str, str]]:
    with on_behalf_of(principal):
        async with reader() as connection:
            rows = await connection.execute(text("SELECT region, department FROM job"))
            return [(row.region, row.department) for row in rows]


def somebody(regions: set[str], departments: set[str]) -> Principal:
    return Principal(id="1", kind=PrincipalKind.PERSON, regions=frozenset(regions), departments=frozenset(departments))


@pytest.mark.parametrize(
    ("regions", "departments", "expected"),
    [
        ({"640202"}, {"FOOD"}, [("640202", "FOOD")]),
        ({"640200"}, {"FOOD"}, [("640202", "FOOD"), ("640205", "FOOD")]),
        ({"640000"}, {"*"}, ROWS[:6]),
        ({"*"}, {"FIRE"}, ROWS[1::2]),
        ({"*"}, {"*"}, ROWS),
        ({"640202", "650000"}, {"FOOD", "FIRE"}, ROWS[:2] + ROWS[6:]),
        (set(), {"*"}, []),
        ({"*"}, set(), []),
        ({"640302"}, {"FOO", "D"}, []),
        ({"640302"}, {"FOOD,FIRE"}, []),
    ],
)
async def test_a_reader_sees_the_rows_of_its_regions_and_departments(
    reader: Reader, regions: set[str], departments: set[str], expected: list[tuple[str, str]]
) -> None:
    assert await seen(reader, somebody(regions, departments)) == expected


async def test_one_question_leaves_nothing_behind_for_the_next_on_the_same_connection(reader: Reader) -> None:
    assert await seen(reader, somebody({"*"}, {"*"})) == ROWS
    async with reader._engine.connect() as untold:
        assert (await untold.execute(text("SELECT count(*) FROM job"))).scalar() == 0


@pytest.mark.parametrize("principal", [ITSELF, NOBODY])
async def test_the_service_and_public_pages_choose_themselves(reader: Reader, principal: Principal) -> None:
    assert await seen(reader, principal) == ROWS


async def test_an_enterprise_is_bounded_by_the_gate_and_not_by_a_department(reader: Reader) -> None:
    def holding(*roles: Role) -> Principal:
        return Principal(id="9199", kind=PrincipalKind.PERSON, roles=frozenset(roles), regions=frozenset({"*"}))

    assert await seen(reader, holding(Role.ENTERPRISE)) == ROWS
    assert await seen(reader, holding(Role.ENTERPRISE, Role.SUPERVISOR)) == []


async def test_commands_see_all_rows_and_may_hand_one_over(database: Database) -> None:
    pool = await open_pool(database.url)
    with on_behalf_of(somebody({"640202"}, {"FOOD"})):
        assert await pool.fetchval("SELECT count(*) FROM job") == len(ROWS)
        handed = "UPDATE job SET department = $1 WHERE region = '640202' AND department = $2 RETURNING department"
        assert await pool.fetchval(handed, "OTHER", "FOOD") == "OTHER"
        assert await pool.fetchval(handed, "FOOD", "OTHER") == "FOOD"
    await pool.close()


async def test_a_connection_that_says_nothing_sees_and_changes_nothing(database: Database) -> None:
    connection = await asyncpg.connect(database.url)
    assert await connection.fetch("SELECT * FROM job") == []
    assert await connection.execute("UPDATE job SET department = 'MINE'") == "UPDATE 0"
    assert await connection.execute("DELETE FROM job") == "DELETE 0"
    await connection.close()
