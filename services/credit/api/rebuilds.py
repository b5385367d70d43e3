"""Rebuild checks (重建核对) over HTTP: the state that follows from credit's own events beside the state it keeps.

The answer is NDJSON, for it takes a while: progress line by line, then one line with ``result``, or with ``problem``.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from chassis.problems import problem
from credit.api.alone import Alone
from credit.domain.rebuild import Entry, Verification, digest_of_entries, identity_entry, record_entry
from credit.handlers.folding import Fold
from credit.ports import Snapshot, Snapshots
from kernel.refusal import Refusal

Line = dict[str, Any]


def add_routes(routes: APIRouter, snapshots: Snapshots) -> None:
    """Put the routes of rebuild checks on ``routes``."""
    alone = Alone("重建核对", "a rebuild check")

    @routes.post("/rebuild-checks", tags=["核对 checks"], summary="由事件重建并核对 / rebuild from events and compare")
    async def check(
        *, verify: Annotated[bool, Query(description="与现表比较 / compare with the tables")] = True
    ) -> StreamingResponse:
        """Two SHA-256 digests, equal or not, and the first differences by key; not ``verify``: that of the events alone."""

        async def lines() -> AsyncIterator[bytes]:
            try:
                with alone.inside():
                    async with snapshots.open() as snapshot:
                        async for line in _checked(snapshot, verify=verify):
                            yield msgspec.json.encode(line) + b"\n"
            except Refusal as refusal:
                yield msgspec.json.encode({"problem": problem(refusal)}) + b"\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson")


async def _checked(snapshot: Snapshot, *, verify: bool) -> AsyncIterator[Line]:
    counts = await snapshot.counts()
    fold = Fold()
    async for events in snapshot.events():
        await asyncio.to_thread(fold.add, events)
        yield {"step": "events", "done": fold.events, "of": counts["events"]}
    waiting = await snapshot.waiting()
    entries = fold.rebuilt.entries(await snapshot.rules(), snapshot.today, waiting)
    told = {
        "as_of": snapshot.today,
        "events": fold.events,
        "identities": len(fold.rebuilt.identities),
        "records": len(fold.rebuilt.records),
        "rules": len(fold.rebuilt.editions),
    }
    if not verify:
        yield {"result": told | {"digest_of_events": await asyncio.to_thread(digest_of_entries, entries)}}
        return
    verification = await asyncio.to_thread(Verification, entries)
    done = 0
    async for kept in _kept(snapshot):
        await asyncio.to_thread(verification.add, kept)
        done += len(kept)
        yield {"step": "tables", "done": done, "of": counts["identities"] + counts["records"]}
    verdict = await asyncio.to_thread(verification.finished)
    yield {"result": told | {"waiting": len(waiting)} | asdict(verdict)}


async def _kept(snapshot: Snapshot) -> AsyncIterator[Sequence[Entry]]:
    """What the tables hold, in the order of the documents."""
    async for identities in snapshot.identities():
        yield [identity_entry(identity, identity.told, due_on) for identity, due_on in identities]
    async for records in snapshot.records():
        yield [record_entry(record) for record in records]
    editions = sorted(await snapshot.editions(), key=lambda edition: edition.version)
    yield [Entry("rules", (edition.version,), {"digest": edition.digest}) for edition in editions]
