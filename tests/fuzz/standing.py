"""What is fuzzed (被测系统): the three services on embedded servers, with the example county's story told.

A stack of its own: what is sent here must never reach data anybody needs.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from kernel.role import Role
from ops.county import FOLDER, county
from ops.county_play import play
from ops.services import outer_environment
from ops.stack import Stack

ROOT = Path(__file__).parents[2]
UNCOUNTED = {f"SHENGUAN_RATE_{kind}": "" for kind in ("READS", "WRITES", "PUBLIC")}
"""How often somebody asks is another question here."""


@dataclass(frozen=True)
class Standing:
    """A running stack: service → base URL, and how callers sign in. ``headers``: who may do all business."""

    urls: Mapping[str, str]
    headers: Mapping[str, str]
    others: Mapping[Role, Mapping[str, str]]
    """The two administrators that exclude the one above."""
    logs: Mapping[str, Path]

    def headers_for(self, roles: Collection[str]) -> Mapping[str, str]:
        """The headers of a caller whom a route lets in that takes these roles."""
        if not set(roles) or not set(roles) <= set(self.others):
            return self.headers
        return next(said for role, said in self.others.items() if role in roles)

    async def process(self, service: str) -> int:
        """The pid of a service's process now."""
        async with httpx.AsyncClient(base_url=self.urls[service], trust_env=False) as http:
            return int((await http.get("/healthz")).json()["process"])

    async def resident(self) -> dict[str, int]:
        """Service → KiB of memory that are its own now."""
        return {service: await self._resident(service) for service in self.urls}

    async def _resident(self, service: str) -> int:
        status = Path(f"/proc/{await self.process(service)}/status")
        text = await asyncio.to_thread(status.read_text, encoding="ascii")
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("RssAnon:"))


@asynccontextmanager
async def standing() -> AsyncIterator[Standing]:
    """Start it all, tell the story, and stop it all at the end."""
    environment = outer_environment() | UNCOUNTED
    async with Stack.open(temporary=True, environment=environment) as stack:
        told = await play(county(ROOT / FOLDER), stack.urls, stack.headers())
        assert not told.refused, told.refused
        logs = {service: stack.state.log(service) for service in stack.urls}
        others = {role: stack.headers(role) for role in (Role.SECURITY_ADMIN, Role.AUDITOR)}
        yield Standing(stack.urls, stack.headers(), others, logs)
