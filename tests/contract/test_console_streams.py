"""Streams of the pages before a real read model: told when something changes, silent when nothing does, and bounded."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.clock import StackClock
from chassis.database import open_pool, reading_engine
from chassis.owner import Owner
from chassis.reader import Reader
from chassis.transaction import Transactions
from console.handlers import hear
from console.store import SqlWork
from console.web import board, keeping_up, task_list
from console.web.keeping_up import KeepingUp
from console.web.names import Names
from console.web.session import Session, carry
from contracts import approval, supervision
from contracts.event import Event, Object
from contracts.supervision import OpenDeadline
from kernel.decision import DecisionKind
from kernel.role import Role
from tests.contract.test_console_store import ABOUT, AT, DAY, MIGRATIONS, heard

pytestmark = pytest.mark.servers

LASTS, BEFORE = 2.0, 0.8
STREAM = {"Accept": "text/event-stream"}
NOW = AT + timedelta(days=1)


class SignedIn:
    """ASGI middleware: an officer of FOOD, for as long as ``lasts``."""

    lasts = 3600.0

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        until = time.time() + SignedIn.lasts
        carry(scope, Session(token="", until=until, person="F-1", roles=(Role.SUPERVISOR,), departments=("FOOD",)))
        await self._app(scope, receive, send)


class Console:
    """Pages on a read model, and what tells it events."""

    def __init__(self, http: httpx.AsyncClient, transactions: Transactions) -> None:
        self._http, self._transactions = http, transactions

    async def tell(self, *events: Event) -> None:
        async with self._transactions.begin() as tx:
            work = SqlWork(tx)
            for event in events:
                hear(work, heard(event, AT))
            await work.flush()

    async def open(self, address: str) -> tuple[httpx.Response, str]:
        """A page, and the address of its stream."""
        answer = await self._http.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
        found = re.search(r'sse-connect="([^"]+)"', answer.text)
        assert found is not None
        return answer, found[1].replace("&amp;", "&")

    async def listen(self, address: str) -> httpx.Response:
        return await self._http.get(address, headers=STREAM)


@pytest.fixture
async def console(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Console]:
    monkeypatch.setattr(keeping_up, "LASTS", LASTS)
    monkeypatch.setattr(SignedIn, "lasts", 3600.0)
    await Owner("", database_url).prepare(MIGRATIONS)
    pool, engine = await open_pool(database_url), reading_engine(database_url)
    reading = Reader(engine)
    following, names = KeepingUp(reading), Names(reading)
    app = FastAPI()
    app.include_router(board.router(reading, following, names, lambda: NOW))
    app.include_router(task_list.router(reading, following, names, lambda: NOW))
    app.add_middleware(SignedIn)
    transactions = Transactions(lambda: pool, StackClock(), "console", "640202", lambda: None)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://unit", timeout=30) as http:
        yield Console(http, transactions)
    await engine.dispose()
    await pool.close()


def task(number: int, department: str) -> Event:
    about: dict[str, Any] = ABOUT | {"object": Object(object_no=f"S-{number}", name="示例店"), "case_id": ""}
    clock = OpenDeadline(kind="CLAIM", due_at=NOW + timedelta(days=3))
    return supervision.TaskCreated(
        **about, task_id=str(UUID(int=number)), department=department, ad_hoc=True, created_at=AT, deadlines=(clock,)
    )


def decision(number: int) -> Event:
    about: dict[str, Any] = ABOUT | {"case_id": f"C-{number}", "kind": DecisionKind.NEW, "item_code": "food"}
    return approval.CaseDecided(**about, decided_on=DAY, revision=1, object_version=1)


def told(stream: httpx.Response) -> list[str]:
    """The marks it said; and it said nothing else."""
    said = [line for line in stream.text.splitlines() if line and not line.startswith(":")]
    assert said[0] == "retry: 300"
    assert said[1::2] == ["event: told"] * (len(said) // 2)
    return [line.removeprefix("data: ") for line in said[2::2]]


async def test_an_open_page_is_told_and_what_it_then_fetches_has_the_mark_it_was_told(console: Console) -> None:
    _, stream = await console.open("/board")
    listening = asyncio.create_task(console.listen(stream))
    await asyncio.sleep(BEFORE)
    await console.tell(decision(1))
    (mark,) = told(await listening)
    assert mark != stream.partition("since=")[2]
    assert (await console.open("/board"))[1] == f"/board?since={mark}"


async def test_nothing_is_said_while_nothing_changes_and_it_ends(console: Console) -> None:
    _, stream = await console.open("/board")
    began = time.monotonic()
    assert told(await console.listen(stream)) == []
    assert time.monotonic() - began < LASTS + 1


async def test_what_happened_between_the_page_and_its_stream_is_told(console: Console) -> None:
    _, stream = await console.open("/board")
    await console.tell(decision(1))
    assert len(told(await console.listen(stream))) == 1


@pytest.mark.parametrize(("department", "times"), [("FIRE", 0), ("FOOD", 1)])
async def test_a_task_of_another_department_wakes_nobody(console: Console, department: str, times: int) -> None:
    _, stream = await console.open("/tasks?state=PENDING_CLAIM&due=soon")
    assert stream.startswith("/tasks?state=PENDING_CLAIM&due=soon&since=")
    listening = asyncio.create_task(console.listen(stream))
    await asyncio.sleep(BEFORE)
    await console.tell(task(1, department))
    assert len(told(await listening)) == times


async def test_a_stream_does_not_outlive_the_session(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    _, stream = await console.open("/board")
    monkeypatch.setattr(SignedIn, "lasts", 0.2)
    began = time.monotonic()
    await console.listen(stream)
    assert time.monotonic() - began < LASTS


async def test_page_and_stream_say_that_they_share_an_address(console: Console) -> None:
    page, stream = await console.open("/board")
    answer = await console.listen(stream)
    assert answer.headers["content-type"].split(";")[0] == "text/event-stream"
    assert (page.headers["vary"], answer.headers["vary"]) == ("Cookie, Accept", "Cookie, Accept")
    assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-store", "no")
