"""How long other rules take with many subjects (规则的速度): what-if, rebuild check, publication, and the day they begin.

`.venv/bin/python benchmarks/rules.py [SUBJECTS] [--limit SECONDS]` starts an embedded PostgreSQL, NATS and the credit service,
fills subjects with up to three records each as credit itself would have made them, events included, and asks as a user does.
While the sweep assesses everybody on the first day of the new edition, readiness is asked all the time. Exit 1 when what-if
or the rebuild check takes longer than the limit, when the rebuilt state differs, or when the service was ever not ready.
"""

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import Awaitable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import asyncpg
import httpx
import yaml

from chassis.envelope import seal
from contracts.event import Event
from credit import outgoing
from credit.domain.record import CreditRecord, record_id_of
from credit.domain.subject import Identity, Subject
from credit.settings import CreditSettings
from credit.store import rows
from kernel.credit import RecordClass, RecordKind
from kernel.subject import SubjectKey
from ops.services import service_commands
from ops.stack import Stack

T = TypeVar("T")
TODAY = date(2026, 3, 2)
BEGINS = date(2026, 4, 1)
RULES = CreditSettings().rulebook()
CLASSES = (RecordClass.MINOR, RecordClass.GENERAL, RecordClass.SERIOUS)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
OK = 200
PORTION = 5000


def subject(number: int) -> tuple[Subject, list[Event]]:
    """A subject with none to three records, assessed, and what was told of it."""
    key = SubjectKey("001", f"E{number:08}")
    named = TODAY - timedelta(days=number % 700)
    root = Identity(
        key=key, kind="ORGANISATION", name=f"示例企业{number}", source_system="bench", region="640202", named_on=named
    )
    said: list[Event] = [outgoing.registered(root)]
    found = Subject(root=root)
    for place in range(number % 4):
        record = _record(
            f"{number}-{place}", key, CLASSES[(number + place) % 3], TODAY - timedelta(days=number % 80 + place)
        )
        found.records[record.record_id] = record
        said.append(outgoing.record_added(root, record))
    said += [outgoing.grade_changed(change) for change in found.assess(TODAY, RULES)]
    return found, said


def _record(number: str, key: SubjectKey, record_class: RecordClass, on: date) -> CreditRecord:
    period = RULES.on(TODAY).periods[record_class]
    shortest, longest = period.ends(on)
    return CreditRecord(
        record_id=record_id_of(RecordKind.INSPECTION, "bench", number),
        subject=key,
        source_system="bench",
        region="640202",
        kind=RecordKind.INSPECTION,
        record_class=record_class,
        rule="fail",
        number=number,
        occurred_on=on,
        inspection_no=number,
        public=period.public,
        min_until=shortest,
        max_until=longest,
    )


def _logged(event: Event) -> tuple[Any, ...]:
    sealed = seal(event, service="credit", region="640202", now=NOON, cause=None, traceparent="")
    headers = json.dumps(sealed.headers)
    return sealed.id, NOON, sealed.type, sealed.subject, sealed.aggregate, sealed.source_system, headers, sealed.payload


async def fill(database_url: str, count: int) -> None:
    """Copy subjects, records and events in, a portion at a time."""
    connection = await asyncpg.connect(database_url)
    for kind, head in (("json", b""), ("jsonb", b"\x01")):
        encoded = partial(_binary, head)
        await connection.set_type_codec(kind, encoder=encoded, decoder=bytes, schema="pg_catalog", format="binary")
    log = ("event_id", "logged_at", "type", "subject", "aggregate", "source_system", "headers", "payload")
    for first in range(0, count, PORTION):
        made = [subject(number) for number in range(first, min(first + PORTION, count))]
        identities = [rows.identity_row(found.root, found) for found, _ in made]
        records = [rows.record_row(record) for found, _ in made for record in found.records.values()]
        async with connection.transaction():
            await connection.copy_records_to_table("subject", records=identities, columns=list(rows.IDENTITY))
            await connection.copy_records_to_table("credit_record", records=records, columns=list(rows.RECORD))
            await connection.copy_records_to_table("event_log", records=map(_logged, _events(made)), columns=list(log))
    await connection.close()


def _binary(head: bytes, text: str) -> bytes:
    """JSON as PostgreSQL copies it."""
    return head + text.encode()


def _events(made: list[tuple[Subject, list[Event]]]) -> Iterator[Event]:
    return (event for _, said in made for event in said)


async def shenguan(*words: str) -> dict[str, Any]:
    """One command of `shenguan credit`, and what it printed."""
    command = [str(Path(sys.executable).with_name("shenguan")), "credit", *words, "--json"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    if not printed:
        raise SystemExit(process.returncode or 1)
    found: dict[str, Any] = json.loads(printed)
    return found


async def timed(what: Awaitable[T]) -> tuple[float, T]:
    """Seconds, and the answer."""
    began = perf_counter()
    answer = await what
    return round(perf_counter() - began, 2), answer


def resident(pid: int) -> int:
    """Memory of a process, in megabytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


class Watch:
    """Asks for readiness all the time, and looks at the memory of the process."""

    def __init__(self, url: str, pid: int) -> None:
        self._url = url
        self._pid = pid
        self.not_ready = 0
        self.slowest = 0.0
        self.megabytes = 0

    async def run(self) -> None:
        """Until cancelled."""
        async with httpx.AsyncClient(base_url=self._url, timeout=60) as client:
            while True:
                seconds, answer = await timed(client.get("/readyz"))
                self.not_ready += answer.status_code != OK
                self.slowest = max(self.slowest, seconds)
                self.megabytes = max(self.megabytes, resident(self._pid))
                await asyncio.sleep(0.1)


async def swept(url: str, database_url: str, headers: dict[str, str]) -> int:
    """Move the clock to the first day and wait until nobody is due; how many were assessed by the new edition."""
    connection = await asyncpg.connect(database_url)
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        (await client.post("/ops/v1/clock", json={"now": f"{BEGINS}T00:00:01+08:00"})).raise_for_status()
    while await connection.fetchval("SELECT EXISTS (SELECT FROM subject WHERE due_on <= $1)", BEGINS):  # noqa: ASYNC110 - the service is another process
        await asyncio.sleep(0.2)
    assessed = await connection.fetchval("SELECT count(*) FROM subject WHERE scorecard = 'bench-2'")
    await connection.close()
    return int(assessed)


async def measure(count: int, limit: float) -> int:
    """Fill, ask, tell; 1 when too slow, unequal or not ready."""
    commands = {"credit": service_commands()["credit"]}
    async with Stack.open(temporary=True, commands=commands) as stack:
        url, database_url = stack.urls["credit"], stack.database_urls["credit"]
        os.environ["SHENGUAN_TOKEN"] = stack.headers()["Authorization"].removeprefix("Bearer ")
        document: dict[str, Any] = yaml.safe_load(CreditSettings().rules_file.read_text(encoding="utf-8"))
        document |= {"version": "bench-2", "effective_from": BEGINS.isoformat()}
        document["scorecard"]["items"][1]["points"] = -30
        file = stack.state.path / "rules.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        async with httpx.AsyncClient(base_url=url, headers=stack.headers(), timeout=120) as client:
            (await client.post("/ops/v1/clock", json={"now": NOON.isoformat()})).raise_for_status()
            filling, _ = await timed(fill(database_url, count))
            watch = Watch(url, stack.pid_of("credit"))
            watching = asyncio.create_task(watch.run())
            trying, trial = await timed(shenguan("what-if", str(file), "--url", url))
            checking, check = await timed(shenguan("rebuild", "--verify", "--url", url))
            at_rest = watch.megabytes
            (await client.post("/api/v1/rules", params={"by": "A"}, json=document)).raise_for_status()
            (await client.post("/api/v1/rules/bench-2:submit", json={"by": "A"})).raise_for_status()
            publishing, answer = await timed(client.post("/api/v1/rules/bench-2:publish", json={"by": "B"}))
            answer.raise_for_status()
        sweeping, assessed = await timed(swept(url, database_url, stack.headers()))
        again, after = await timed(shenguan("rebuild", "--verify", "--url", url))
        watching.cancel()
    told = {
        "subjects": count,
        "records": check["records"],
        "events": [check["events"], after["events"]],
        "fill_seconds": filling,
        "what_if_seconds": trying,
        "changed_scores": trial["changed_scores"],
        "rebuild_seconds": [checking, again],
        "rebuild_equal": [check["equal"], after["equal"]],
        "publish_seconds": publishing,
        "sweep_seconds": sweeping,
        "assessed_by_the_new_edition": assessed,
        "slowest_readyz_seconds": round(watch.slowest, 2),
        "not_ready": watch.not_ready,
        "peak_megabytes": [at_rest, watch.megabytes],
        "limit_seconds": limit,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    good = check["equal"] and after["equal"] and not watch.not_ready
    return int(max(trying, checking) > limit or not good)


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subjects", nargs="?", type=int, default=100_000)
    parser.add_argument("--limit", type=float, default=120.0, help="seconds what-if and the check may take")
    asked = parser.parse_args()
    return asyncio.run(measure(asked.subjects, asked.limit))


if __name__ == "__main__":
    sys.exit(main())
