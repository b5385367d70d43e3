"""An open page is answered when what it shows has changed, not before, and the database is asked once for all pages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import pytest
from starlette.requests import Request

from console.web import keeping_up
from console.web.keeping_up import KeepingUp, again


class Told:
    """A read model that was told something ``number`` times."""

    def __init__(self) -> None:
        self.number, self.asked = 1, 0

    async def scalar(self, _statement: Any) -> int:
        self.asked += 1
        return self.number

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        yield self


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.setattr(keeping_up, "HELD", 0.5)
    return Told()


class Page:
    """What one page shows, and how often it was looked at."""

    def __init__(self) -> None:
        self.shows, self.looked = ["a"], 0

    async def look(self) -> list[str]:
        self.looked += 1
        return list(self.shows)


async def test_a_page_that_is_opened_is_answered_at_once(told: Told) -> None:
    seen = await KeepingUp(told.reading).changed("", Page().look)
    assert seen is not None
    assert seen[0] == ["a"]


async def test_what_stays_the_same_is_held_and_then_said_to_be_the_same(told: Told) -> None:
    keeping, page = KeepingUp(told.reading), Page()
    seen = await keeping.changed("", page.look)
    assert seen is not None
    began = monotonic()
    assert await keeping.changed(seen[1], page.look) is None
    assert monotonic() - began >= keeping_up.HELD
    assert page.looked == 2, "nothing was told, so nothing is looked at again"


async def test_what_was_told_of_others_does_not_change_a_page(told: Told) -> None:
    keeping, page = KeepingUp(told.reading), Page()
    seen = await keeping.changed("", page.look)
    assert seen is not None
    held = asyncio.create_task(keeping.changed(seen[1], page.look))
    await asyncio.sleep(0.05)
    told.number += 1
    assert await held is None
    assert page.looked == 3


async def test_a_change_is_answered_as_soon_as_it_is_told(told: Told) -> None:
    keeping, page = KeepingUp(told.reading), Page()
    seen = await keeping.changed("", page.look)
    assert seen is not None
    held = asyncio.create_task(keeping.changed(seen[1], page.look))
    await asyncio.sleep(0.05)
    page.shows.append("b")
    told.number += 1
    found = await asyncio.wait_for(held, keeping_up.HELD)
    assert found is not None
    assert found[0] == ["a", "b"]
    assert found[1] != seen[1]


async def test_many_open_pages_ask_the_database_as_often_as_one(told: Told) -> None:
    keeping, page = KeepingUp(told.reading), Page()
    seen = await keeping.changed("", page.look)
    assert seen is not None
    await asyncio.gather(*(keeping.changed(seen[1], page.look) for _ in range(50)))
    assert told.asked <= 1 + keeping_up.HELD / keeping_up.LOOK + 2


def test_a_page_asks_again_at_its_own_address_with_its_filters() -> None:
    scope = {"type": "http", "method": "GET", "path": "/tasks", "headers": [(b"host", b"x")], "scheme": "http"}
    request = Request(scope | {"query_string": b"state=CLAIMED&since=old&due=over"})
    assert again(request, "new") == "/tasks?state=CLAIMED&due=over&since=new"
