"""Visitor (访客): somebody signed in at the pages as a browser is, who opens one page after the other and takes the time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from time import perf_counter

import httpx

from kernel.role import Role
from ops.failure import CannotRun
from ops.issuer import Issuer
from ops.stack import Stack

_SEE_OTHER, _OK = 303, 200
_TIMEOUT = 120.0
_STREAM = {"Accept": "text/event-stream"}
_EVENT = "event: "
_RETRY = 0.3


class Visitor:
    """Made by ``signed_in``."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def open(self, address: str) -> tuple[float, httpx.Response]:
        """A page; milliseconds until all of it was there. Raises CannotRun for anything but a page."""
        began = perf_counter()
        answer = await self._client.get(address)
        milliseconds = (perf_counter() - began) * 1000
        if not answer.is_success:
            raise CannotRun(
                zh=f"{address} 答复 {answer.status_code}，测量中止；请看控制台的日志",
                en=f"{address} was answered {answer.status_code}, so nothing is measured; look at the console's log",
            )
        return milliseconds, answer

    async def told(self, address: str, event: str) -> None:
        """Wait until the stream of an open page says ``event``; one that ends is taken up again, as browsers do."""
        while True:
            async with aclosing(self.events(address)) as events:
                async for said in events:
                    if said == event:
                        return
            await asyncio.sleep(_RETRY)

    async def events(self, address: str) -> AsyncGenerator[str]:
        """The events of a stream, until it ends."""
        async with self._client.stream("GET", address, headers=_STREAM) as answer:
            async for line in answer.aiter_lines():
                if line.startswith(_EVENT):
                    yield line.removeprefix(_EVENT)


@asynccontextmanager
async def signed_in(stack: Stack, role: Role, person: str, departments: Sequence[str] = ()) -> AsyncIterator[Visitor]:
    """A person of a role, signed in by a token as on any embedded stack. Raises CannotRun when it is refused."""
    token = Issuer(stack.state).token(person, kind="PERSON", roles=[role], departments=departments)
    async with httpx.AsyncClient(base_url=stack.urls["console"], timeout=_TIMEOUT, trust_env=False) as client:
        answer = await client.post("/sign-in/token", data={"token": token, "next": "/"})
        if answer.status_code != _SEE_OTHER:
            raise CannotRun(
                zh=f"{person} 登录不了：{answer.status_code}", en=f"{person} cannot sign in: {answer.status_code}"
            )
        yield Visitor(client)
