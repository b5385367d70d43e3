"""A page that is open is told when it would show something else, not before, and the database is asked once for all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

import pytest
from starlette.requests import Request

from console.web import keeping_up
from console.web.keeping_up import INCOMPLETE, KeepingUp, mark_of, stream_of, streams

LASTS = 1.0


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


class Page:
    """What one page shows, and how often it was looked at."""

    def __init__(self) -> None:
        self.shows, self.looked = ["a"], 0

    async def look(self) -> list[str]:
        self.looked += 1
        return list(self.shows)


async def told_of(keeping: KeepingUp, since: str, page: Page) -> list[tuple[str, float]]:
    """Each mark, and the seconds it came after."""
    began = monotonic()
    marks = keeping.marks(since, page.look, lambda: monotonic() - began > LASTS)
    return [(mark, monotonic() - began) async for mark in marks]


A, AB = mark_of(["a"]), mark_of(["a", "b"])


async def test_nothing_is_said_while_a_page_is_right_and_it_ends_after_its_time() -> None:
    told, page = Told(), Page()
    began = monotonic()
    assert await told_of(KeepingUp(told.reading), A, page) == []
    assert LASTS <= monotonic() - began < LASTS + 0.5
    assert page.looked == 1, "nothing was told, so nothing is looked at again"


async def test_what_changed_while_a_page_was_made_is_said_first() -> None:
    assert [mark for mark, _ in await told_of(KeepingUp(Told().reading), "older", Page())] == [A]


async def test_what_was_told_of_others_is_not_said() -> None:
    told, page = Told(), Page()
    listening = asyncio.create_task(told_of(KeepingUp(told.reading), A, page))
    await asyncio.sleep(0.5)
    told.number += 1
    assert await listening == []
    assert page.looked == 2


async def test_a_change_is_said_at_once_and_once() -> None:
    told, page = Told(), Page()
    listening = asyncio.create_task(told_of(KeepingUp(told.reading), A, page))
    await asyncio.sleep(0.5)
    page.shows.append("b")
    told.number += 1
    ((mark, after),) = await listening
    assert mark == AB
    assert after < 0.5 + 0.25, "a page nothing happened to for a while does not wait for its turn"


async def test_a_page_that_changes_all_the_time_is_looked_at_in_its_pace_and_ends_too() -> None:
    told, page = Told(), Page()

    async def changing() -> None:
        while True:
            page.shows.append("b")
            told.number += 1
            await asyncio.sleep(0.02)

    busy = asyncio.create_task(changing())
    marks = await asyncio.wait_for(told_of(KeepingUp(told.reading), A, page), LASTS + 1)
    busy.cancel()
    assert 2 <= len(marks) <= LASTS / 0.3 + 1


async def test_an_incomplete_page_is_made_anew_once_though_nothing_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_up, "_SETTLING", 0.5)
    ((mark, after),) = await told_of(KeepingUp(Told().reading), A + INCOMPLETE, Page())
    assert (mark, after >= 0.5) == (A, True)


async def test_many_open_pages_ask_the_database_as_often_as_one() -> None:
    told, page = Told(), Page()
    keeping = KeepingUp(told.reading)
    await asyncio.gather(*(told_of(keeping, A, page) for _ in range(50)))
    assert told.asked <= LASTS / keeping_up.LOOK + 2


def asked(query: bytes, accept: bytes = b"text/html") -> Request:
    headers = [(b"host", b"x"), (b"accept", accept)]
    scope = {"type": "http", "method": "GET", "path": "/tasks", "headers": headers, "scheme": "http"}
    return Request(scope | {"query_string": query})


def test_the_stream_of_a_page_is_at_its_own_address_with_its_filters() -> None:
    assert stream_of(asked(b"state=CLAIMED&since=old&due=over"), "new") == "/tasks?state=CLAIMED&due=over&since=new"


def test_who_accepts_a_stream_asks_for_one() -> None:
    assert streams(asked(b"", b"text/event-stream"))
    assert not streams(asked(b"", b"text/html,application/xhtml+xml,*/*;q=0.8"))
