"""Months leave the database for files and come back, proved all the while; what a file or the database lost is found."""

import asyncio
import gzip
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from chassis import outbox
from chassis.audit import entries
from chassis.database import open_pool
from chassis.owner import Owner
from chassis.partitions import ensure_months
from ops.postgres import Database, EmbeddedPostgres
from ops.upkeep.doctor_database import migrations_of
from tests.integration.chassis.office import Office
from tests.keys import SERVICES, public_key

pytestmark = pytest.mark.servers

OLD = datetime.now(UTC) - timedelta(days=400)
LATER = OLD + timedelta(days=40)
IDENTITY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def month(at: datetime) -> str:
    return f"{at:%Y-%m}"


def partition(table: str, at: datetime) -> str:
    return f"{table}_{at:%Y_%m}"


class Archivist:
    """Runs the commands on three databases, of which one has a history."""

    def __init__(self, databases: Mapping[str, Database], office: Office, folder: Path) -> None:
        self.office = office
        self.folder = folder
        self.place = folder / "archive"
        keys = folder / "trusted.json"
        coded = [{name: str(value) for name, value in told(service).items()} for service in SERVICES]
        keys.write_text(json.dumps(coded), encoding="utf-8")
        self._environment = {"SHENGUAN_IDENTITY_KEY": IDENTITY, "SHENGUAN_TRUSTED_KEYS": str(keys)}
        for service, database in databases.items():
            self._environment[f"SHENGUAN_{service.upper()}_DATABASE_URL"] = database.url
            self._environment[f"SHENGUAN_{service.upper()}_OWNER_URL"] = database.owner_url

    async def ask(self, *words: str) -> tuple[int, Any]:
        """What a command answers, and what it hands over; what it says instead, when that is nothing."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from ops.cli import main; main()", *words, "--json"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.folder,
            env=os.environ | self._environment,
        )
        said, wrong = await process.communicate()
        return process.returncode or 0, json.loads(said) if said else wrong.decode()

    async def archive(self, what: str, *more: str) -> tuple[int, Any]:
        return await self.ask("archive", what, str(self.place), *more)

    async def audited(self, *more: str) -> tuple[int, Any]:
        code, said = await self.ask("audit", "verify", "--service", "approval", *more)
        return code, said["services"][0]

    async def rows(self, table: str) -> list[str]:
        found = await self.office.owner.fetch(f"SELECT t::text AS row FROM {table} t ORDER BY 1")  # noqa: S608 - of the test
        return [row["row"] for row in found]


def told(service: str) -> dict[str, str]:
    key = public_key(service)
    return {"service": key.service, "algorithm": key.algorithm, "public_key": key.public_key}


def at_the_time_of(patch: pytest.MonkeyPatch, moment: datetime) -> None:
    """What is written from now on is dated then."""

    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return moment.astimezone(tz)

    for module in (outbox, entries):
        patch.setattr(module, "datetime", Then)


@pytest.fixture
async def archivist(
    own_server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Archivist]:
    databases = {service: await own_server.database(f"shenguan_{service}") for service in SERVICES}
    for service, database in databases.items():
        await Owner(database.owner_url, database.url).prepare(migrations_of(service))
    owner = await asyncpg.connect(databases["approval"].owner_url)
    await ensure_months(owner, OLD)
    pool = await open_pool(databases["approval"].url)
    office = Office(pool, owner)
    for moment in (OLD, LATER):
        at_the_time_of(monkeypatch, moment)
        await office.work()
    monkeypatch.undo()
    await office.work()
    yield Archivist(databases, office, tmp_path)
    await pool.close()
    await owner.close()
    for service in SERVICES:
        await own_server.drop(f"shenguan_{service}")


async def test_months_leave_and_come_back_and_are_proved_all_the_while(archivist: Archivist) -> None:
    before = month(LATER + timedelta(days=31))
    code, said = await archivist.archive("make", "--before", before)
    assert code == 1
    assert "事件未发布" in said
    assert not archivist.place.exists()

    owner = archivist.office.owner
    await owner.execute("DELETE FROM outbox")
    tables = [partition(table, at) for at in (OLD, LATER) for table in ("audit_entry", "event_log")]
    was = {table: await archivist.rows(table) for table in tables}
    code, said = await archivist.archive("make", "--before", before)
    assert (code, said["made"]) == (0, True)
    kept = {Path(each["file"]).name: each["rows"] for each in said["services"]["approval"]["months"]}
    assert {f"{table}.csv.gz": len(rows) for table, rows in was.items()}.items() <= kept.items()
    assert min(map(len, was.values())) > 0
    assert (await archivist.archive("check"))[1] == {"whole": True, "files": len(kept), "damaged": []}
    code, whole = await archivist.audited()
    assert (code, whole["ok"], whole["signatures_checked"]) == (0, True, True)

    code, said = await archivist.archive("remove")
    assert (code, sorted(said["moved"]["approval"])) == (0, sorted(name.removesuffix(".csv.gz") for name in kept))
    assert [await owner.fetchval("SELECT to_regclass($1)", table) for table in tables] == [None] * len(tables)
    noted = await owner.fetch("SELECT object, code FROM audit_entry WHERE action = 'archive'")
    assert {row["object"] for row in noted} >= set(tables)
    code, found = await archivist.audited()
    assert (code, found["bad"]["what"]) == (1, "deleted")
    code, found = await archivist.audited("--archive", str(archivist.place))
    assert (code, found["ok"]) == (0, True), found
    assert (found["blocks"], found["rows"]) == (whole["blocks"], whole["rows"])
    assert found["pending"] == len(kept), "the removals are entries of the log themselves"
    code, found = await archivist.audited("--archive", str(archivist.folder))
    assert (code, found["ok"]) == (0, True), "a folder of archives will do"

    code, said = await archivist.archive("return")
    assert (code, len(said["moved"]["approval"])) == (0, len(kept))
    assert {table: await archivist.rows(table) for table in tables} == was
    code, found = await archivist.audited()
    assert (code, found["ok"]) == (0, True), found
    assert (await archivist.archive("return"))[1] == {"moved": {service: [] for service in SERVICES}}


async def test_what_a_file_or_the_database_lost_is_found(archivist: Archivist, own_server: EmbeddedPostgres) -> None:
    owner = archivist.office.owner
    await owner.execute("DELETE FROM outbox")
    code, _ = await archivist.archive("make")
    assert code == 0
    log = partition("event_log", OLD)
    intruder = await asyncpg.connect(own_server.admin_url("shenguan_approval"))
    await intruder.execute(f"UPDATE {log} SET subject = subject || 'x'")  # noqa: S608 - of the test
    code, said = await archivist.archive("remove")
    assert (code, log in said) == (1, True), "what changed since it was written out does not leave"
    assert await owner.fetchval("SELECT to_regclass($1) IS NOT NULL", log)
    await intruder.execute(f"UPDATE {log} SET subject = left(subject, -1)")  # noqa: S608 - of the test
    await intruder.close()
    assert (await archivist.archive("remove"))[0] == 0

    file = archivist.place / "approval" / f"{log}.csv.gz"
    content = gzip.decompress(file.read_bytes())
    file.write_bytes(gzip.compress(content.replace(b"shenguan.approval", b"shenguan.approvaI", 1)))
    code, said = await archivist.archive("check")
    assert (code, said["damaged"]) == (1, [f"approval/{log}.csv.gz"])
    code, found = await archivist.audited("--archive", str(archivist.place))
    assert (code, found["bad"]["table"], found["bad"]["what"]) == (1, "event_log", "changed")
    code, said = await archivist.archive("return")
    assert (code, "换一份副本" in said) == (1, True)
    assert await owner.fetchval("SELECT to_regclass($1) IS NULL", log), "nothing of a damaged month comes in"
    file.write_bytes(file.read_bytes()[:-20])
    code, said = await archivist.ask("audit", "verify", "--service", "approval", "--archive", str(archivist.place))
    assert (code, "换一份副本" in said) == (1, True)
    file.write_bytes(gzip.compress(content))
    assert (await archivist.archive("return"))[0] == 0
    assert (await archivist.audited())[0] == 0


async def test_what_is_too_young_or_not_there_is_refused(archivist: Archivist) -> None:
    for before, words in ((month(datetime.now(UTC)), "最晚可写"), ("2026-13", "月份"), ("nothing", "月份")):
        code, said = await archivist.archive("make", "--before", before)
        assert (code, words in said) == (2, True), said
    code, said = await archivist.archive("make", "--before", month(OLD))
    assert (code, said["made"], archivist.place.exists()) == (0, False, False)
    for what in ("check", "remove", "return"):
        code, said = await archivist.archive(what)
        assert (code, "不是完整的归档目录" in said) == (2, True)
    code, said = await archivist.ask("verify", "--archive", str(archivist.folder))
    assert (code, "没有归档" in said) == (2, True)
    archivist.place.mkdir()
    assert (await archivist.archive("make"))[0] == 2
