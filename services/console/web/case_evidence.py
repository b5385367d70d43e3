"""Evidence (证明包) of a case as a file: what ``shenguan evidence`` writes, asked of the services with the person's own token."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from chassis.ids import made_at
from chassis.pages import Reading
from chassis.signing.trusted import PublicKey
from console import queries
from console.web.case import no_such_case
from console.web.downloads import handed_over
from console.web.passages import SERVICES
from console.web.rendering import page
from console.web.services import Asking, Services
from ops.dossier.gather import pack

_BEFORE = timedelta(minutes=10)
"""A case is looked for from shortly before its first event on: the logs are long."""
_KEY = ("service", "algorithm", "public_key")


def router(reading: Reading, services: Services, trusted: Callable[[], Sequence[PublicKey]]) -> APIRouter:
    """The route. ``trusted``: the public keys that go into the file."""
    routes = APIRouter()

    @routes.get("/evidence")
    async def file(
        request: Request,
        case: Annotated[str, Query(max_length=300)],
        now: bool = False,  # noqa: FBT001, FBT002 - a part of the address
    ) -> Response:
        """The file; a page instead while some of it has no signed head above it, unless it is wanted ``now``."""
        case = case.strip()
        lines = await _gathered(Asking(services, request), case, await _began(reading, case))
        pending = [line for line in lines if line["kind"] == "pending"]
        if pending and not now:
            return page(request, "evidence.html", case=case, pending=len(pending))
        packed = BytesIO()
        keys = [{name: getattr(key, name) for name in _KEY} for key in trusted()]
        await asyncio.to_thread(pack, packed, case, lines, keys)
        return handed_over(packed.getvalue(), f"证明包-{case.replace(':', '-')}.zip", "application/zip")

    return routes


async def _began(reading: Reading, case: str) -> datetime:
    """Before anything was told of a case. Refuses ``not-found``."""
    source_system, _, case_id = case.partition(":")
    async with reading() as connection:
        first = await queries.first_of_case(connection, source_system, case_id)
    if not first:
        raise no_such_case(source_system, case_id)
    return made_at(UUID(first)) - _BEFORE


async def _gathered(asking: Asking, case: str, since: datetime) -> list[dict[str, Any]]:
    """What every service says of it; all of them have to answer. Refuses as they do."""
    asked = {"correlation": case, "since": since.isoformat()}

    async def told(service: str) -> list[dict[str, Any]]:
        return [line async for line in asking.lines(service, "/ops/v1/evidence", **asked)]

    return [line for answer in await asyncio.gather(*map(told, SERVICES)) for line in answer]
