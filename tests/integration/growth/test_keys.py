"""Every look-up by many keys (setwise.select) finds its rows by an index of these keys, however big the table grows."""

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from chassis.database import open_pool
from chassis.migrations import migrate

pytestmark = pytest.mark.servers
SERVICES = ["approval", "supervision", "credit", "console"]
LOOK_UP = re.compile(r"^SELECT (\w+)\.\* FROM unnest\(.*\) AS new \(.*\), LATERAL \(SELECT \* FROM \1 WHERE")


def look_ups(service: str) -> Iterator[tuple[str, str]]:
    """(where it stands, the statement)."""
    store = import_module(f"{service}.store")
    for each in pkgutil.iter_modules(store.__path__):
        module = import_module(f"{service}.store.{each.name}")
        for name, value in vars(module).items():
            if isinstance(value, str) and LOOK_UP.match(value):
                yield f"{each.name}.{name}", value


def test_there_are_such_look_ups() -> None:
    assert len(list(look_ups("supervision"))) > 20


@pytest.mark.parametrize("service", SERVICES)
async def test_keys_are_found_by_an_index(service: str, database_url: str) -> None:
    await migrate(database_url, Path(str(import_module(service).__file__)).parent / "migrations")
    pool = await open_pool(database_url)
    scanned: dict[str, str] = {}
    async with pool.acquire() as connection:
        await connection.execute("SET enable_seqscan = off")
        await connection.execute("SET enable_bitmapscan = off")
        for number, (where, statement) in enumerate(look_ups(service)):
            types = re.findall(r"\$\d+::([a-z_ ]+)\[\]", statement.partition(") AS new")[0])
            given = ", ".join(f"ARRAY[]::{kind}[]" for kind in types)
            await connection.execute(f"PREPARE look_up_{number} AS {statement}")
            rows = await connection.fetch(f"EXPLAIN EXECUTE look_up_{number} ({given})")
            plan = "\n".join(row[0] for row in rows)
            if "Index Cond" not in plan or "Seq Scan" in plan:
                scanned[where] = plan
    await pool.close()
    assert scanned == {}
