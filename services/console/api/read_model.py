"""The read model over HTTP (读模型接口): its digest, rebuilding it, hearing late what a level below told; for operators."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol

import httpx
import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

_BATCH = 500
_REFUSED = 400


class Fed(Protocol):
    """What became of a service's events."""

    applied: int
    refused_count: int
    refused: list[str]


class ReadModel(Protocol):
    """The read model as a whole."""

    async def clear(self) -> int:
        """Empty it; the number of the rebuilding."""
        ...

    async def complete(self, number: int) -> None:
        """Every service has sent everything again."""
        ...

    async def feed(self, service: str, lines: list[bytes], fed: Any, *, from_below: bool = False) -> None:
        """Apply what a service sent again."""
        ...

    async def digest(self) -> dict[str, Any]:
        """Its rows and one digest."""
        ...


Speaker = Literal["approval", "supervision", "credit"]
Resent = Callable[[str, str], AbstractAsyncContextManager[httpx.Response]]
"""(service, authorization) → its answer to ``events:resend``, while it comes."""


def router(model: ReadModel, services: list[str], resent: Resent, new_count: Callable[[], Fed]) -> APIRouter:
    """The routes. ``resent``: asks a service in the name of who rebuilds."""
    routes = APIRouter(prefix="/ops/v1", tags=["operations"])

    @routes.get("/read-model", summary="读模型摘要 / its rows and digest")
    async def digest() -> dict[str, Any]:
        """Two read models with the same digest hold the same."""
        return await model.digest()

    @routes.post("/read-model:rebuild", summary="重建读模型 / rebuild", response_class=StreamingResponse)
    async def rebuild(request: Request) -> StreamingResponse:
        """Empty it and have every service send its events again; progress as NDJSON, the digest last.

        Pages show little meanwhile; events that are told meanwhile count as well.
        """
        authorization = request.headers.get("authorization", "")
        lines = _rebuilt(model, services, lambda service: resent(service, authorization), new_count)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    @routes.post("/read-model:hear", summary="收听下级重发的事件 / hear what a level below sent again")
    async def hear(service: Speaker, request: Request) -> dict[str, Any]:
        """NDJSON of a service's ``events:resend`` with ``upwards``: applied in one transaction, what is known once.

        What is not signed by a service that may speak is left out: counted, and the first of it named.
        """
        fed = new_count()
        await model.feed(service, (await request.body()).splitlines(), fed, from_below=True)
        return {"events": fed.applied, "refused_count": fed.refused_count, "refused": fed.refused}

    return routes


async def _rebuilt(
    model: ReadModel,
    services: list[str],
    resent: Callable[[str], AbstractAsyncContextManager[httpx.Response]],
    new_count: Callable[[], Fed],
) -> AsyncIterator[bytes]:
    number = await model.clear()
    refused: list[str] = []
    for service in services:
        fed = new_count()
        try:
            async with resent(service) as answer:
                if answer.status_code >= _REFUSED:
                    yield _line(service=service, failed=f"HTTP {answer.status_code}")
                    return
                async for batch in _batches(answer):
                    await model.feed(service, batch, fed)
                    yield _line(service=service, events=fed.applied)
        except httpx.HTTPError as fault:
            yield _line(service=service, failed=repr(fault))
            return
        refused += fed.refused
        yield _line(service=service, events=fed.applied, refused=fed.refused_count, done=True)
    await model.complete(number)
    yield _line(**await model.digest(), refused=refused)


async def _batches(answer: httpx.Response) -> AsyncIterator[list[bytes]]:
    batch: list[bytes] = []
    async for line in answer.aiter_lines():
        batch.append(line.encode())
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _line(**said: Any) -> bytes:
    return msgspec.json.encode(said) + b"\n"
