"""How long exports take (报送的速度): a first batch, the same again, two days of it, the arrears, and the files.

`.venv/bin/python benchmarks/exports.py [ROWS]` starts the embedded PostgreSQL, fills approval with made-up licences, one
in five of a natural person, and runs the exports as the service does. 20,000 rows is the most a batch may have.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter

import asyncpg
import msgspec

from approval.domain.holder import name_place, number_place
from approval.settings import ApprovalSettings
from approval.store import licences
from chassis.calendar import CalendarCache
from chassis.clock import StackClock
from chassis.database import Pool, open_pool
from chassis.exports.dataset import Exports, exports_of
from chassis.exports.files import FileFormat, written
from chassis.exports.running import ExportWork, run_export
from chassis.exports.watching import AskArrears, WatchWork, arrears_of
from chassis.identity import IdentityKeys
from chassis.migrations import migrate
from chassis.transaction import Transactions
from chassis.unit_of_work import UnitOfWork
from kernel.export import RunExport
from ops.postgres import EmbeddedPostgres
from ops.state_folder import temporary_folder

MIGRATIONS = Path(__file__).parents[1] / "services" / "approval" / "migrations"
KEYS = IdentityKeys("c2hlbmd1YW4tdGVzdC1rZXktMzItYnl0ZXMtbG9uZyE=")
YEAR = RunExport(table="licence", first=date(2026, 1, 1), last=date(2026, 11, 1), by="bench")
TWO_DAYS = RunExport(table="licence", first=date(2026, 10, 1), last=date(2026, 10, 2), by="bench")
CODE = "91440101MA5C44W11J"
FILL = """
INSERT INTO decision (source_system, case_id, revision, kind, item_code, region, decided_on, licence_no, id_type, id_no,
    object_no, object_name, object_address, object_version, fingerprint, registered_at)
SELECT 'bench', 'C' || n, 1, 'NEW', 'I', '640202', date '2026-01-05' + n % 300, 'L' || n,
    CASE WHEN n % 5 = 0 THEN '111' ELSE '001' END, CASE WHEN n % 5 = 0 THEN 'P1' ELSE $2 END,
    'O' || n, '示例店', '示例路 1 号', 1, '', timestamptz '2026-01-05' FROM generate_series(1, $1) AS n
"""
found: dict[str, float] = {}


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Seconds as a caller waits."""
    began = perf_counter()
    yield
    found[what] = round(perf_counter() - began, 2)


async def fill(pool: Pool, rows: int) -> None:
    """Licences, their item, department and two holders."""
    department = ("INSERT INTO department VALUES ('D', '示例部门', $1, '', '', '', '', 1)", CODE)
    item = "INSERT INTO item (item_code, name, department, version, updated_at) VALUES ('I', '示例许可', 'D', 1, now())"
    holder = "INSERT INTO subject VALUES ($1, $2, $3, $4, $5, $6)"
    sealed = (
        KEYS.seal("11010519491231002X", number_place("111", "P1")),
        KEYS.seal("示例人", name_place("111", "P1")),
    )
    await pool.execute(*department)
    await pool.execute(item)
    await pool.execute(holder, "001", CODE, "ORGANISATION", "示例公司", None, None)
    await pool.execute(holder, "111", "P1", "PERSON", "", *sealed)
    await pool.execute(FILL, rows, CODE)


async def measure(pool: Pool, exports: Exports) -> None:
    """Every road once."""
    transactions = Transactions(lambda: pool, StackClock(), "approval", "640202", lambda: None)
    running = UnitOfWork(transactions, partial(ExportWork, exports=exports))
    asking = UnitOfWork(transactions, partial(WatchWork, exports=exports, cache=CalendarCache()))
    for when in ("before", "after"):
        with timed(f"arrears {when}"):
            await asking.run(arrears_of, AskArrears())
        if when == "before":
            for what, command in (("first batch", YEAR), ("unchanged", YEAR), ("two days", TWO_DAYS)):
                with timed(what):
                    await running.run(run_export, command)
    rows = [msgspec.json.decode(row["cells"]) for row in await pool.fetch("SELECT cells FROM export_line")]
    for form in FileFormat:
        with timed(form.value):
            written(exports.of("licence").table, rows, form)


async def main(rows: int) -> None:
    """On a server of its own."""
    settings = ApprovalSettings()
    rules, categories = settings.export_rules()
    exports = exports_of([licences(settings.field_table("licence"), categories, KEYS)], rules, KEYS, "640202")
    folder = temporary_folder()
    with folder.held():
        server = EmbeddedPostgres(folder, usual_port=0, temporary=True)
        try:
            await server.start()
            admin = await asyncpg.connect(server.admin_url())
            await admin.execute("CREATE DATABASE bench")
            await admin.close()
            url = f"{server.admin_url().rsplit('/', 1)[0]}/bench"
            await migrate(url, MIGRATIONS)
            pool = await open_pool(url)
            await fill(pool, rows)
            await measure(pool, exports)
            await pool.close()
        finally:
            await server.stop()
    folder.remove()
    sys.stdout.write(json.dumps({"rows": rows, "cores": os.cpu_count(), "seconds": found}, indent=2) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="报送的速度 / how long exports take")
    parser.add_argument("rows", nargs="?", type=int, default=20_000)
    asyncio.run(main(parser.parse_args().rows))
