"""News (新事件): how long until what a service has just committed is on a page somebody has open.

The clock starts when the service has answered whoever handed it in, and stops when the open page, which listens and
fetches itself as its own attributes say (``sse-connect``, ``hx-trigger``, ``hx-get``), has got it: relay, NATS, the
console's consumer, the stream and the fetching are all in it.
"""

import asyncio
import html
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import httpx
import msgspec

from kernel.role import Role
from ops.bench import ground
from ops.bench.trial import percentiles
from ops.bench.visitor import Visitor, signed_in
from ops.failure import CannotRun
from ops.narrator import Narrator
from ops.stack import Stack

TRIALS = 30
LIMIT = 1000.0
"""Milliseconds within which 99 of 100 events are on the page."""
_PATIENCE, _PAUSE = 20.0, 0.2
FOLLOWS = re.compile(
    r'sse-connect="(?P<stream>[^"]+)"[^>]*?hx-get="(?P<address>[^"]+)"[^>]*?hx-trigger="sse:(?P<event>\w+)"'
)
"""Where a page that is open listens, for what, and where it then fetches itself."""
_DECIDED = re.compile(r"<dt>决定</dt><dd>(\d+)</dd>")
_RUN = "N"


@dataclass(frozen=True)
class _Case:
    """A decision of a chain, its task, and an officer who may claim it."""

    case_id: str
    object_name: str
    department: str
    officer: str


class _News:
    """What is handed in, and who looks."""

    def __init__(self, stack: Stack, people: httpx.AsyncClient, visitor: Visitor) -> None:
        self._urls, self._people, self._visitor = stack.urls, people, visitor
        self._story = ground.story(_RUN)
        self._rng = random.Random(7)  # noqa: S311 - moments that repeat themselves

    async def board(self, n: int) -> float | None:
        """A decision is counted on the board."""
        _, answer = await self._visitor.open("/board")
        before = _DECIDED.findall(answer.text)
        return await self._seen(answer.text, self._decide(n), lambda text: _DECIDED.findall(text) != before)

    async def tasks(self, n: int) -> float | None:
        """The task of a decision is in the list of its department."""
        case = self._case(n)
        _, answer = await self._visitor.open(f"/tasks?state=PENDING_CLAIM&department={case.department}")
        return await self._seen(answer.text, self._decide(n), lambda text: case.object_name in text)

    async def case(self, n: int) -> float | None:
        """A claim is in the chain of its case."""
        case = self._case(n)
        await self._decide(n)
        task = await self._task(case)
        _, answer = await self._visitor.open(f"/cases/{ground.SOURCE}/{case.case_id}")
        claim = self._people.post(
            f"{self._urls['supervision']}/api/v1/tasks/{task}:claim", json={"inspector": case.officer}
        )
        return await self._seen(answer.text, claim, lambda text: "supervision.task.claimed" in text)

    async def _seen(self, page: str, happens: Any, shows: Callable[[str], bool]) -> float | None:
        """Milliseconds from when it has happened until the page shows it; None when it does not, by itself."""
        if FOLLOWS.search(page) is None:
            happens.close()
            return None
        looking = asyncio.create_task(self._looking(page, shows))
        await asyncio.sleep(self._rng.random())
        (await happens).raise_for_status()
        happened = perf_counter()
        return max(0.0, await looking - happened) * 1000

    async def _looking(self, page: str, shows: Callable[[str], bool]) -> float:
        """When an open page showed it; it listens and fetches as a browser would. Raises CannotRun: it never did."""
        try:
            async with asyncio.timeout(_PATIENCE):
                while not shows(page) and (follows := FOLLOWS.search(page)):
                    await self._visitor.told(html.unescape(follows["stream"]), follows["event"])
                    _, answer = await self._visitor.open(html.unescape(follows["address"]))
                    page = answer.text
        except TimeoutError:
            raise CannotRun(
                zh=f"{_PATIENCE:.0f} 秒内网页没有显示新事件；请看控制台的日志",
                en=f"no page showed the event within {_PATIENCE:.0f} s; look at the console's log",
            ) from None
        return perf_counter()

    async def _task(self, case: _Case) -> str:
        """The task of a decision, once the console has heard of it too."""
        which = {"object_no": case.case_id, "department": case.department}
        async with asyncio.timeout(_PATIENCE):
            while True:
                made = await self._people.get(f"{self._urls['supervision']}/api/v1/tasks", params=which)
                for task in made.raise_for_status().json()["items"]:
                    seen = await self._people.get(f"{self._urls['console']}/api/v1/tasks/{task['task_id']}")
                    if seen.is_success:
                        return str(task["task_id"])
                await asyncio.sleep(_PAUSE)

    async def _decide(self, n: int) -> httpx.Response:
        body: dict[str, Any] = msgspec.json.decode(self._story.case(n))
        body["object"]["name"] = self._case(n).object_name
        return await self._people.post(f"{self._urls['approval']}/api/v1/cases", json=body)

    def _case(self, n: int) -> _Case:
        return _Case(f"{_RUN}-{n}", f"示例门店 {_RUN}-{n}", ground.department(n), ground.officers(n)[0])


async def time_news(stack: Stack, narrator: Narrator) -> dict[str, Any]:
    """Page → milliseconds from the event to the open page: ``p50``, ``p99`` of ``TRIALS``; None where it does not keep up.

    The stack is furnished.
    """
    told: dict[str, Any] = {}
    async with (
        httpx.AsyncClient(headers=stack.headers(), trust_env=False, timeout=_PATIENCE) as people,
        signed_in(stack, Role.LINKAGE_OFFICE, "bench-office") as visitor,
    ):
        news = _News(stack, people, visitor)
        for place, (page, trial) in enumerate({"board": news.board, "tasks": news.tasks, "case": news.case}.items()):
            times = [await trial(n) for n in range(place * TRIALS, (place + 1) * TRIALS)]
            told[page] = _figures([each for each in times if each is not None])
            narrator.say(f"{page} 新事件 {told[page]}", f"{page}, news: {told[page]}")
    return told


def _figures(times: list[float]) -> dict[str, Any]:
    if not times:
        return {"p50": None, "p99": None, "limit": LIMIT, "met": False}
    found = percentiles(sorted(times))
    return {"p50": found["p50"], "p99": found["p99"], "limit": LIMIT, "met": found["p99"] <= LIMIT}
