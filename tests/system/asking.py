"""Asking the services of a running stack as a browser does: plain GETs on the addresses people open."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from ops.county_story import SOURCE


@dataclass(frozen=True)
class Asked:
    """A stack to ask."""

    client: httpx.AsyncClient
    urls: Mapping[str, str]

    async def get(self, service: str, path: str) -> Any:
        """The JSON of an address."""
        answer = await self.client.get(f"{self.urls[service]}{path}")
        answer.raise_for_status()
        return answer.json()

    async def items(self, service: str, path: str) -> list[dict[str, Any]]:
        """The rows of a list, which must fit on one page."""
        page = await self.get(service, path)
        assert page["next"] is None
        rows: list[dict[str, Any]] = page["items"]
        return rows

    async def tasks(self) -> list[dict[str, Any]]:
        """Every task of the county's story."""
        return await self.items("supervision", f"/api/v1/tasks?source_system={SOURCE}")

    async def task(self, case: str, department: str) -> dict[str, Any]:
        """The whole of a case's only task of a department."""
        (row,) = [each for each in await self.tasks() if (each["case_id"], each["department"]) == (case, department)]
        task: dict[str, Any] = await self.get("supervision", f"/api/v1/tasks/{row['task_id']}")
        return task


@asynccontextmanager
async def asked(urls: Mapping[str, str], headers: Mapping[str, str]) -> AsyncIterator[Asked]:
    """Ask the services at ``urls``."""
    async with httpx.AsyncClient(headers=headers, timeout=30, trust_env=False) as client:
        yield Asked(client, urls)
