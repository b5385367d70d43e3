"""The directory as supervision learns it: by events, the newer version wins, and it is read over HTTP."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.fakes.supervised import department_told, person_told
from tests.integration.supervision.conftest import Said, lines

pytestmark = pytest.mark.servers


async def test_departments_are_kept_in_their_newest_version(
    http: httpx.AsyncClient, tell: Callable[..., Any], until: Said
) -> None:
    await tell(department_told("KEPT", 2, name="新名", liaison="l-2"))
    await tell(department_told("KEPT", 1, name="旧名"))
    await tell(person_told("kept-1", department="KEPT"))

    async def settled() -> Any:
        ledger = lines(await http.get("/ops/v1/ledger", params={"source": "directory"}))
        return ledger if len(ledger) == 2 else None  # the stale version left nothing

    assert await until(settled) == [
        {"set": "departments", "side": "effect", "key": "KEPT:2"},
        {"set": "people", "side": "effect", "key": "kept-1:1"},
    ]
    (found,) = (await http.get("/api/v1/departments")).json()["items"]
    assert (found["code"], found["name"], found["liaison"], found["version"]) == ("KEPT", "新名", "l-2", 2)
