"""How long `shenguan catalogue what-if` takes on many decisions (推演的速度), measured from outside, as a user waits.

`.venv/bin/python benchmarks/what_if.py [DECISIONS] [--limit SECONDS]` starts an embedded PostgreSQL, NATS and the
supervision service, fills applied decisions over two years, publishes a catalogue, drafts another one with conditions,
and runs the command three times. Exit 1 when the slowest run takes longer than the limit.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg
import httpx

from ops.services import service_commands
from ops.stack import Stack

ITEMS = [f"{n:012d}" for n in range(1, 63)]
FIRST, END = date(2024, 1, 1), date(2026, 1, 1)
KINDS = ("NEW", "NEW", "NEW", "CHANGE", "RENEW", "CANCEL")
REGIONS = ("640202", "640205", "640221")
COLUMNS = (
    *("source_system", "case_id", "revision", "object_no", "object_version", "kind", "item_code", "region"),
    *("decided_on", "outcome", "catalogue_version", "tasks_made", "applied_at", "commitment", "existing"),
    *("id_type", "id_no", "subject_kind", "object_name", "object_address"),
)
RUNS = 3
EVERY = 50
"""One decision in so many corrects the one before."""
SEED = 3


def decisions(count: int) -> Iterator[tuple[Any, ...]]:
    """Applied decisions: one object has two and a half on average, an enterprise a few objects; one in fifty corrected."""
    chance = random.Random(SEED)  # noqa: S311 - made-up data
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for n in range(count):
        place = chance.randrange(count * 2 // 5 + 1)
        day = FIRST + timedelta(days=chance.randrange((END - FIRST).days))
        case, revision = (n - 1, 2) if n % EVERY == EVERY - 1 else (n, 1)
        yield (
            *("bench", f"C{case}", revision, f"O{place}", n, chance.choice(KINDS), chance.choice(ITEMS)),
            *(chance.choice(REGIONS), day, "REGISTERED", "", 0, now, chance.random() < 0.1, chance.random() < 0.05),  # noqa: PLR2004 - shares
            *("001", f"E{place // 3}", "ORGANISATION", f"示例餐饮{place}", f"示例路{place % 900}号"),
        )


def catalogue(version: str, *, draft: bool) -> dict[str, Any]:
    """Three links an item; the draft asks conditions on two of them and sends one into the random pool."""
    links = []
    for item in ITEMS:
        for number, department in enumerate(("MARKET", "FIRE", "HEALTH")):
            condition = (
                "",
                'decision.region in ["640202", "640205"]',
                'object.name.contains("餐饮") && !decision.commitment',
            )
            links.append(
                {
                    "code": f"{item}-{number}",
                    "item_code": item,
                    "triggers": ["NEW", "CHANGE", "RENEW", "COMMITMENT"],
                    "department": f"{department}-{int(item) % 5}",
                    "method": "RANDOM_POOL" if draft and number == 1 else "ON_SITE",
                    "check_kind": "ROUTINE",
                    "checklist": "SHORT",
                    "condition": condition[number] if draft else "",
                    "effective_from": "2000-01-01",
                }
            )
    checklist = {"code": "SHORT", "name": "简表", "lines": [{"code": "1", "text": "一"}]}
    return {"by": "A", "version": version, "effective_from": "2000-01-01", "checklists": [checklist], "links": links}


async def fill(database_url: str, count: int) -> None:
    """Copy the decisions in; statistics are left to the server, as in use."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.copy_records_to_table("applied_decision", records=decisions(count), columns=COLUMNS)
    finally:
        await connection.close()


async def furnish(url: str, headers: dict[str, str]) -> None:
    """Publish one version, draft another."""
    path = "/api/v1/catalogue-versions"
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        for version, draft in (("bench-1", False), ("bench-2", True)):
            (await client.post(path, json=catalogue(version, draft=draft))).raise_for_status()
        for verb, by in (("submit", "A"), ("publish", "B")):
            (await client.post(f"{path}/bench-1:{verb}", json={"by": by})).raise_for_status()


async def timed(url: str) -> tuple[float, dict[str, Any]]:
    """One run of the command: seconds, and what it printed."""
    command = [
        str(Path(sys.executable).with_name("shenguan")),
        "catalogue",
        "what-if",
        "bench-2",
        "--url",
        url,
        "--json",
    ]
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, "--from", FIRST.isoformat(), "--to", END.isoformat(), stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    seconds = perf_counter() - began
    if process.returncode:
        raise SystemExit(process.returncode)
    return seconds, json.loads(printed)


async def measure(count: int, limit: float) -> int:
    """Fill, run, tell; 1 when too slow."""
    commands = {"supervision": service_commands()["supervision"]}
    async with Stack.open(temporary=True, commands=commands) as stack:
        began = perf_counter()
        await fill(stack.database_urls["supervision"], count)
        filled = perf_counter() - began
        os.environ["SHENGUAN_TOKEN"] = stack.headers()["Authorization"].removeprefix("Bearer ")
        await furnish(stack.urls["supervision"], stack.headers())
        runs = [await timed(stack.urls["supervision"]) for _ in range(RUNS)]
    seconds = sorted(run for run, _ in runs)
    found = runs[0][1]
    told = {
        "decisions_filled": count,
        "fill_seconds": round(filled, 2),
        "what_if_seconds": [round(one, 2) for one in seconds],
        "limit_seconds": limit,
        "decisions_matched": found["decisions"],
        "total": found["total"],
        "unmatched": [found["unmatched_before"], found["unmatched_after"]],
        "joint_visits": [found["enterprises"]["joint_visits_before"], found["enterprises"]["joint_visits_after"]],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return int(seconds[-1] > limit)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("decisions", nargs="?", type=int, default=100_000)
    parser.add_argument("--limit", type=float, default=30.0, help="seconds the slowest run may take")
    asked = parser.parse_args()
    return asyncio.run(measure(asked.decisions, asked.limit))


if __name__ == "__main__":
    sys.exit(main())
