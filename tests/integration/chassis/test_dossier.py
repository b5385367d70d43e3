"""A dossier verifies offline, and nothing in it can be changed without being named."""

import importlib.util
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import asyncpg
import msgspec
import pytest

from chassis import inbox_schema, schema
from chassis.audit import schema as audit_schema
from chassis.audit.sequencer import Sequencer
from chassis.clock import StackClock
from chassis.database import Pool, open_pool
from chassis.dossier import dossier
from chassis.envelope import Cause
from chassis.identity import IdentityKeys
from chassis.partitions import ensure_partitions
from chassis.transaction import Transactions
from contracts.approval import CaseDecided
from ops.dossier.gather import SUMS, pack
from tests.integration.chassis.road import decided
from tests.keys import SERVICES, public_key, signer

pytestmark = pytest.mark.servers

SCRIPT = Path(__file__).parents[3] / "shared" / "ops" / "dossier" / "verify.py"
SEAL = IdentityKeys("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").digest
CASE = "test:CASE-1"
EVER, NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
Files = dict[str, bytes]


class Office:
    """Approval, at work on one case and others."""

    def __init__(self, pool: Pool) -> None:
        key = signer("approval")
        self._pool = pool
        self._transactions = Transactions(lambda: pool, StackClock(), "approval", "640202", lambda: None, key, SEAL)
        self._sequencer = Sequencer("approval", pool, self._transactions, SEAL, key)

    async def say(self, case: str, count: int) -> None:
        async with self._transactions.begin() as tx:
            with tx.because_of(Cause(id="", correlation=case)):
                for number in range(1, count + 1):
                    tx.publish(decided(case, number))
        await self._sequencer.chain_all()

    async def seal(self) -> None:
        await self._sequencer.seal_head()

    async def packed(self, file: Path) -> Path:
        async with self._pool.acquire() as connection:
            lines = [line async for line in dossier(connection, "approval", CASE, EVER, NEVER)]
        keys = [msgspec.to_builtins(public_key(service)) for service in SERVICES]
        pack(file, CASE, json.loads(msgspec.json.encode(lines)), keys)
        return file


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    owner = await asyncpg.connect(database_url)
    for statement in (*schema.STATEMENTS, *inbox_schema.STATEMENTS, *audit_schema.STATEMENTS):
        await owner.execute(statement)
    await ensure_partitions(owner)
    await owner.close()
    pool = await open_pool(database_url)
    yield Office(pool)
    await pool.close()


@pytest.fixture
async def whole(office: Office, tmp_path: Path) -> Path:
    """A dossier of seven events in three transactions among others, signed."""
    for case, count in ((CASE, 1), ("test:OTHER", 3), (CASE, 5), ("test:OTHER", 1), (CASE, 1), ("test:OTHER", 2)):
        await office.say(case, count)
    await office.seal()
    return await office.packed(tmp_path / "case.zip")


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_alone", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def opened(file: Path) -> Files:
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def closed(files: Files, at: Path) -> Path:
    with zipfile.ZipFile(at, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return at


def fault(files: Files, at: Path) -> str:
    """What the script finds; empty when it finds all in order."""
    try:
        script().Check().all(str(closed(files, at)))
    except Exception as found:  # noqa: BLE001 - as the script's own main
        return repr(found)
    return ""


def summed(files: Files) -> Files:
    """As a forger would leave it: every digest fits again."""
    sums = (f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()) if name != SUMS)
    return {**files, SUMS: "".join(sums).encode()}


def alone(*arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """The script as a stranger runs it: without this project."""
    run = f"{before}import runpy, sys; sys.argv = {['verify.py', *arguments]!r}; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    return subprocess.run([sys.executable, "-I", "-c", run], capture_output=True, text=True, check=False, timeout=60)


async def test_a_stranger_verifies_it_with_the_script_inside(whole: Path) -> None:
    assert opened(whole)["verify.py"] == SCRIPT.read_bytes()
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) < 150
    answer = alone(str(whole))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout.startswith(f"OK {CASE}: 事件 events 7, 未上链 pending []")
    assert "NOT CHECKED" not in answer.stdout
    assert public_key("approval").key_id in answer.stdout


async def test_without_cryptography_it_says_loudly_what_was_not_checked(whole: Path) -> None:
    answer = alone(str(whole), before="import sys; sys.modules['cryptography'] = None; ")
    assert answer.returncode == 0
    assert "SIGNATURES NOT CHECKED: ['approval']" in answer.stdout


async def test_a_byte_changed_in_any_file_is_found(whole: Path, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - a reproducible choice
    files = opened(whole)
    assert fault(files, tmp_path / "same.zip") == ""
    for name, content in files.items():
        for at in {0, len(content) - 1, *(chance.randrange(len(content)) for _ in range(12))}:
            changed = bytearray(content)
            changed[at] ^= 1 << chance.randrange(8)
            assert fault({**files, name: bytes(changed)}, tmp_path / "changed.zip"), (name, at)
    for name in files:
        assert fault({other: files[other] for other in files if other != name}, tmp_path / "less.zip"), name
    assert fault({**files, "more.txt": b"more"}, tmp_path / "more.zip")


def rewritten(files: Files, name: str, change: Callable[[list[Any]], object]) -> Files:
    lines = [json.loads(line) for line in files[name].splitlines()]
    change(lines)
    text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    return summed({**files, name: text.encode()})


def another(field: str, value: Any) -> Callable[[list[Any]], object]:
    return lambda lines: lines[-1].update({field: value})


def swapped(lines: list[Any]) -> None:
    """Two events of one transaction exchange their payloads."""
    lines[2]["payload"], lines[3]["payload"] = lines[3]["payload"], lines[2]["payload"]


@pytest.mark.parametrize(
    ("name", "change", "named"),
    [
        ("events.ndjson", another("payload", "e30="), "InvalidSignature"),
        ("events.ndjson", another("subject", "shenguan.approval.case.decided.v1.640202.99"), "InvalidSignature"),
        ("events.ndjson", another("logged_at", "2026-01-01T00:00:00.000000+00:00"), "not vouched"),
        ("events.ndjson", another("service", "credit"), "has no key"),
        ("events.ndjson", swapped, "InvalidSignature"),
        ("audit.ndjson", list.pop, "not vouched"),
        ("audit.ndjson", another("position", 9), "not in its audit block"),
        ("blocks.ndjson", another("at", "2026-01-01T00:00:00.000000+00:00"), "changed"),
        ("blocks.ndjson", list.pop, "changed"),
        ("heads.ndjson", list.clear, "changed"),
        ("heads.ndjson", another("at", "2026-01-01T00:00:00.000000+00:00"), "InvalidSignature"),
        ("heads.ndjson", another("sm3", "00" * 32), "InvalidSignature"),
    ],
)
async def test_a_forger_who_mends_every_digest_is_found_all_the_same(
    whole: Path, tmp_path: Path, name: str, change: Callable[[list[Any]], object], named: str
) -> None:
    forged = rewritten(opened(whole), name, change)
    assert named in fault(forged, tmp_path / "forged.zip")


async def test_keys_the_authority_published_are_believed_in_place_of_those_inside(whole: Path, tmp_path: Path) -> None:
    published = tmp_path / "published.json"
    published.write_bytes(msgspec.json.encode([public_key("approval")]))
    assert alone(str(whole), str(published)).returncode == 0
    published.write_bytes(msgspec.json.encode([public_key("credit")]))
    refused = alone(str(whole), str(published))
    assert refused.returncode == 1
    assert "has no key" in refused.stdout


async def test_what_no_signed_head_stands_above_yet_is_named(office: Office, tmp_path: Path) -> None:
    await office.say(CASE, 2)
    early = await office.packed(tmp_path / "early.zip")
    about = json.loads(opened(early)["about.json"])
    assert len(about["pending"]) == 2
    answer = alone(str(early))
    assert answer.returncode == 0
    assert about["pending"][0] in answer.stdout
    await office.seal()
    assert json.loads(opened(await office.packed(tmp_path / "late.zip"))["about.json"])["pending"] == []


async def test_a_person_reads_the_summary(whole: Path) -> None:
    page = opened(whole)["summary.md"].decode()
    assert page.startswith(f"# 证明包：{CASE}")
    assert page.count("```json") == 7
    assert page.count(f"| {(CaseDecided.__doc__ or '').splitlines()[0]} |") == 7
