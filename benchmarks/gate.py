"""How fast the credit gate answers while the credit service is stopped (信用关口的速度), measured as a caller waits.

`.venv/bin/python benchmarks/gate.py [SUBJECTS] [--requests N] [--callers N] [--limit MS]` starts the embedded servers,
approval and credit, fills what approval holds of many subjects, lets it hear some events over NATS, starts again
without credit, and asks over kept-alive HTTP. Exit 1 when the 99th percentile is above the limit or an age is missing.
"""

import argparse
import asyncio
import json
import os
import platform
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import nats

from chassis.envelope import seal
from chassis.signing.events import signed
from chassis.signing.signer import signer_of
from contracts.constraint import BarImposed, ListEntered
from contracts.credit import GradeChanged, SubjectMerged
from contracts.event import Event, Subject
from kernel.credit import BarKind, Grade, RecordKind
from ops.bench.ground import uscc
from ops.services import service_commands
from ops.stack import Stack

ITEMS = [f"{n:06d}" for n in range(1, 63)]
TODAY = date.today()  # noqa: DTZ011 - any day will do
YEAR = timedelta(days=365)
REQUEST = "GET /api/v1/gate?uscc={code}&item={item}&by=bench HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n"
HEARD = 200
"""Events that really come over NATS; the rest is filled in, to give the tables their size."""
SEED = 3


def grades(count: int) -> Iterator[tuple[Any, ...]]:
    """A grade for everybody."""
    chance = random.Random(SEED)  # noqa: S311 - made-up data
    for n in range(count):
        yield "001", uscc(n), "bench", 1, chance.choices("ABCD", (70, 20, 7, 3))[0], 900, "2026-1", TODAY


def holds(count: int) -> Iterator[tuple[Any, ...]]:
    """Two holds for one in ten."""
    chance = random.Random(SEED)  # noqa: S311 - made-up data
    kinds = [("BAR", "REFUSAL"), ("BAR", "ANNULMENT"), ("LIST", "SEVERE_LIST"), ("RECORD", "COMMITMENT_BREACH")]
    for n in range(0, count, 10):
        for which in range(2):
            origin, kind = chance.choice(kinds)
            item = chance.choice(ITEMS) if origin == "BAR" else ""
            yield (
                *(origin, f"H{n}-{which}", "001", uscc(n), kind, item, "依据", "文〔2026〕1号"),
                *(TODAY - YEAR / 2, TODAY + YEAR / 2, None),
            )


def events() -> Iterator[Event]:
    """What credit would tell of the first subjects: grades, bars, lists, mergers."""
    for n in range(HEARD // 4):
        about = _about(n)
        yield GradeChanged(
            **about, version=2, grade=Grade.C, previous=Grade.B, score=700, scorecard="2026-1", assessed_on=TODAY
        )
        yield BarImposed(
            **about,
            bar_id=f"B{n}",
            kind=BarKind.REFUSAL,
            item_code=ITEMS[n % len(ITEMS)],
            legal_basis="行政许可法第七十八条",
            document_no=f"不予许可〔2026〕{n}号",
            starts_on=TODAY,
            ends_on=TODAY + YEAR,
        )
        yield ListEntered(
            **about,
            entry_id=f"L{n}",
            list=RecordKind.SEVERE_LIST,
            record_id=f"R{n}",
            legal_basis="依据",
            document_no=f"列严〔2026〕{n}号",
            entered_on=TODAY,
        )
        into: Subject = _about(n + HEARD)["subject"]
        yield SubjectMerged(**about, into=into, version=1, by="bench", reason="换照", at=datetime.now(UTC))


def _about(n: int) -> dict[str, Any]:
    subject = Subject(id_type="001", id_no=uscc(n), kind="ORGANISATION")
    return {"source_system": "bench", "region": "640202", "subject": subject}


async def fill(stack: Stack, count: int) -> None:
    """List the items, copy what is held, publish events and wait until they are applied."""
    database = await asyncpg.connect(stack.database_urls["approval"])
    await database.copy_records_to_table("grade", records=grades(count))
    columns = ("origin", "hold_id", "id_type", "id_no", "kind", "item_code", "basis", "document_no")
    dates = ("starts_on", "ends_on", "ended_on")
    await database.copy_records_to_table("hold", records=holds(count), columns=(*columns, *dates))
    await database.close()
    async with httpx.AsyncClient(base_url=stack.urls["approval"], headers=stack.headers(), timeout=60) as client:
        lines = (json.dumps({"item_code": code, "name": code, "public_safety": True}) for code in ITEMS)
        (await client.post("/api/v1/items:batch", content="\n".join(lines))).raise_for_status()
        broker = await nats.connect(stack.nats_url)
        plain = (
            seal(event, service="credit", region="640202", now=datetime.now(UTC), cause=None, traceparent="")
            for event in events()
        )
        for told in signed(signer_of(str(stack.state.path / "signing" / "credit.key")), list(plain)):
            await broker.jetstream().publish(told.subject, told.payload, headers=told.headers)
        await broker.close()
        async with asyncio.timeout(60):
            while not (await client.get("/ops/v1/status")).json()["settled"]:  # noqa: ASYNC110 - another process is asked
                await asyncio.sleep(0.1)


async def ask(
    url: str, token: str, count: int, requests: int, callers: int
) -> tuple[list[float], list[dict[str, Any]]]:
    """Milliseconds of each request, and the answers; every caller keeps one connection.

    By hand: a usual client takes as much of the processors as the service does, and would be measured with it.
    """
    where = urlsplit(url)
    chance = random.Random(SEED)  # noqa: S311 - made-up data
    questions = [(uscc(chance.randrange(count)), chance.choice(ITEMS)) for _ in range(requests)]
    took: list[float] = []
    answers: list[dict[str, Any]] = []

    async def caller(mine: list[tuple[str, str]]) -> None:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        for code, item in mine:
            began = perf_counter()
            writer.write(REQUEST.format(code=code, item=item, host=where.netloc, token=token).encode())
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:"))
            body = await reader.readexactly(length)
            took.append((perf_counter() - began) * 1000)
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(body.decode())
            answers.append(json.loads(body))
        writer.close()

    await asyncio.gather(*(caller(questions[n::callers]) for n in range(callers)))
    return took, answers


async def floor(url: str, requests: int) -> list[float]:
    """Milliseconds of requests that do nothing (/healthz): what this machine takes for any answer just now."""
    async with httpx.AsyncClient(base_url=url) as client:
        took = []
        for _ in range(requests):
            began = perf_counter()
            await client.get("/healthz")
            took.append((perf_counter() - began) * 1000)
    return sorted(took)


async def measure(asked: argparse.Namespace) -> int:
    """Fill with credit, ask without it, tell; 1 when too slow or an age is missing."""
    commands = service_commands()
    with tempfile.TemporaryDirectory() as folder:
        both = {name: commands[name] for name in ("approval", "credit")}
        async with Stack.open(Path(folder) / "state", commands=both) as stack:
            await fill(stack, asked.subjects)
        async with Stack.open(Path(folder) / "state", commands={"approval": commands["approval"]}) as stack:
            url, token = stack.urls["approval"], stack.headers()["Authorization"]
            await ask(url, token, asked.subjects, asked.callers, asked.callers)
            took, answers = await ask(url, token, asked.subjects, asked.requests, asked.callers)
            idle = await floor(url, asked.requests // 4)
            database = await asyncpg.connect(stack.database_urls["approval"])
            traces = await database.fetchval("SELECT count(*) FROM gate_query")
            await database.close()
    took.sort()
    ages = [answer["age_seconds"] for answer in answers]
    told = {
        "subjects": asked.subjects,
        "requests": len(took),
        "callers": asked.callers,
        "p50_ms": round(took[len(took) // 2], 2),
        "p99_ms": round(took[len(took) * 99 // 100], 2),
        "max_ms": round(took[-1], 2),
        "limit_ms": asked.limit,
        "floor_ms": [round(idle[len(idle) // 2], 2), round(idle[len(idle) * 99 // 100], 2)],
        "answers": Counter(answer["answer"] for answer in answers),
        "as_of": answers[-1]["as_of"],
        "age_seconds": [min(ages), max(ages)] if None not in ages else None,
        "behind": answers[-1]["behind"],
        "traces": traces,
        "cores": os.cpu_count(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "python": platform.python_version(),
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return int(told["p99_ms"] > asked.limit or told["age_seconds"] is None)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subjects", nargs="?", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--callers", type=int, default=2)
    parser.add_argument("--limit", type=float, default=20.0, help="milliseconds the 99th percentile may take")
    return asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
