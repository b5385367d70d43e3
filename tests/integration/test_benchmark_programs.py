"""Floor, limits and peers of the benchmark carry out every chain once, say how fast, and leave nothing behind (对照程序)."""

import asyncio
import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg
import nats
import pytest

from benchmarks.chain import COUNTS, TABLES
from benchmarks.measuring import SERVICES, latency, require_once
from tests.conftest import MakeDatabase

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[2]
CHAINS = 200
FULL = {"peer_celery": "celery", "peer_faststream_outbox": "faststream_outbox", "peer_dbos": "dbos"}
"""Peers that are only measured when everything is, with what each imports."""


async def measured(name: str, postgres_url: str, nats_url: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments, "--json"]
    process = await asyncio.create_subprocess_exec(
        *command, "--postgres", postgres_url, "--nats", nats_url, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    result: dict[str, Any] = json.loads(said)
    return result


async def left(postgres_url: str, nats_url: str) -> list[str]:
    """Databases and streams of benchmarks."""
    admin, broker = await asyncpg.connect(postgres_url), await nats.connect(nats_url)
    rows = await admin.fetch(r"SELECT datname FROM pg_database WHERE datname LIKE 'bench\_%'")
    streams = [str(info.config.name) for info in await broker.jetstream().streams_info()]
    await admin.close()
    await broker.close()
    return [*(row["datname"] for row in rows), *(name for name in streams if name.startswith("bench-"))]


@pytest.mark.parametrize("name", ["floor", "peer_http"])
async def test_every_chain_is_carried_out_once_and_nothing_is_left(name: str, postgres_url: str, nats_url: str) -> None:
    result = await measured(name, postgres_url, nats_url, "--chains", str(CHAINS))
    assert result["chains"] == CHAINS
    assert result["chains_per_s"] == pytest.approx(CHAINS / result["seconds"], rel=0.01)
    assert result["cpu_s_per_1000"] > 0
    assert "p99_ms" not in result
    assert await left(postgres_url, nats_url) == []


@pytest.mark.parametrize("name", ["floor", "peer_http"])
async def test_at_a_rate_the_time_of_each_chain_is_told(name: str, postgres_url: str, nats_url: str) -> None:
    result = await measured(name, postgres_url, nats_url, "--rate", "20", "--seconds", "2")
    assert result["chains"] == 40
    assert result["seconds"] >= 39 / 20
    assert 0 < result["p50_ms"] <= result["p99_ms"] <= result["p999_ms"]


async def test_the_limits_are_told(postgres_url: str, nats_url: str) -> None:
    result = await measured("limits", postgres_url, nats_url, "--chains", "3000")
    assert min(result[f"{what}_per_s"] for what in ("insert_rows", "publish_msgs", "pull_msgs")) > 0
    assert await left(postgres_url, nats_url) == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", FULL)
async def test_the_peers_of_a_full_run_carry_out_every_chain_once(name: str, postgres_url: str, nats_url: str) -> None:
    if find_spec(FULL[name]) is None or (name == "peer_celery" and shutil.which("redis-server") is None):
        pytest.skip("make peers installs the peers; Celery's Redis is the system's package redis-server")
    result = await measured(name, postgres_url, nats_url, "--chains", "100")
    assert (result["chains"], result["chains_per_s"] > 0) == (100, True)
    assert await left(postgres_url, nats_url) == []


async def test_a_chain_that_is_missing_or_there_twice_is_noticed(make_database: MakeDatabase) -> None:
    url = await make_database(None)
    connection = await asyncpg.connect(url)
    await connection.execute(TABLES["credit"])
    await connection.execute("INSERT INTO subject (id_no) VALUES ('A'), ('B')")
    await connection.close()
    await require_once({"credit": url}, {"credit": ["subject"]}, 2)
    for chains in (1, 3):
        with pytest.raises(RuntimeError, match="credit: subject has 2 rows"):
            await require_once({"credit": url}, {"credit": ["subject"]}, chains)


def test_every_service_has_tables_that_are_counted() -> None:
    assert set(TABLES) == set(COUNTS) == set(SERVICES)
    for service, tables in COUNTS.items():
        assert all(f"CREATE TABLE {table} " in TABLES[service] for table in tables)


def test_latency_is_reckoned_from_the_meant_beginning_without_the_first_tenth() -> None:
    ended = {chain: 100 + chain / 10 + (5.0 if chain < 10 else 0.010) for chain in range(100)}
    assert latency(10.0, 100.0, ended) == {"p50_ms": 10.0, "p99_ms": 10.0, "p999_ms": 10.0}
    late = ended | {99: 100 + 9.9 + 2}
    assert latency(10.0, 100.0, late)["p999_ms"] == 2000.0
    assert latency(0.0, 100.0, ended) == {}
