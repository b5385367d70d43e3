"""Malformed bodies (畸形报文) against every route that takes one: no 5xx, no lost connection, no growing memory.

``python -m tests.fuzz.malformed --seed 7 --bodies 100000 --json`` starts a stack of its own, and exits 1 on a finding.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote

import httpx

from tests.fuzz.plausible import Plausible
from tests.fuzz.routes import LEFT_OUT, WRITING, Route, known_values, routes
from tests.fuzz.spoiling import NASTY, Sent, spoiled
from tests.fuzz.standing import Standing, standing

AT_ONCE = 8
WARM_UP = 0.5
"""Share of the bodies after which memory is looked at for the first time: pools, caches and plans are there then.

Of 60,000 bodies those between a fifth and a half added three to four in a hundred, the last third one at most.
"""
_SERVER_ERROR = 500
_MOST_SHOWN = 50
_TIMEOUT = 60.0


@dataclass(frozen=True)
class Attack:
    """One request and how it was spoiled."""

    number: int
    route: Route
    way: str
    target: str
    sent: Sent


@dataclass
class Found:
    """What came of it (结果)."""

    seed: int
    bodies: int = 0
    routes: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    restarts: int = 0
    """Services that are another process than at the beginning."""
    failures: list[dict[str, Any]] = field(default_factory=list)
    memory_before: dict[str, int] = field(default_factory=dict)
    memory_after: dict[str, int] = field(default_factory=dict)

    @property
    def growth(self) -> dict[str, float]:
        """Service → share by which its memory grew after the warm-up."""
        return {name: round(self.memory_after[name] / before - 1, 4) for name, before in self.memory_before.items()}


def attacks(every: Sequence[Route], known: Mapping[str, Sequence[str]], seed: int, bodies: int) -> Iterator[Attack]:
    """As many requests, the same for the same seed and stack; every route gets its turn."""
    writing = [route for route in every if route.method in WRITING and route.path not in LEFT_OUT]
    for number in range(bodies):
        random = Random(f"{seed}:{number}")  # noqa: S311 - repeatable, not secret
        route = writing[number % len(writing)]
        plausible = Plausible(route.definitions, known, random)
        schema = next(iter(route.bodies.values()), {"type": "object"})
        way, sent = spoiled(plausible.value(schema), random)
        yield Attack(number, route, way, _target(route, plausible, random), sent)


def _target(route: Route, plausible: Plausible, random: Random) -> str:
    def drawn(said: Mapping[str, Any]) -> str:
        if random.random() < 0.1:
            return str(random.choice(NASTY))[:1000]
        return str(plausible.value(said.get("schema", {}), said["name"]))

    path = route.path
    for said in route.said("path"):
        path = path.replace(f"{{{said['name']}}}", quote(drawn(said), safe=":", errors="replace"))
    asked = [said for said in route.said("query") if said.get("required") or random.random() < 0.5]
    query = "&".join(f"{quote(said['name'])}={quote(drawn(said), errors='replace')}" for said in asked)
    return f"{path}?{query}" if query else path


async def attacked(stack: Standing, seed: int, bodies: int) -> Found:
    """Send them all and look at every answer."""
    every = await routes(stack)
    known = await known_values(stack, every)
    found = Found(seed)
    before = [await stack.process(service) for service in stack.urls]
    found.routes = len({(a.route.service, a.route.path) for a in attacks(every, known, seed, min(bodies, 1000))})
    drawn = attacks(every, known, seed, bodies)
    clients = {
        service: httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, trust_env=False)
        for service, url in stack.urls.items()
    }

    async def work(until: int) -> None:
        while found.bodies < until and (attack := next(drawn, None)) is not None:
            found.bodies += 1
            await _one(clients[attack.route.service], attack, stack.headers_for(attack.route.roles), found)

    try:
        await asyncio.gather(*(work(int(bodies * WARM_UP)) for _ in range(AT_ONCE)))
        found.memory_before = await stack.resident()
        await asyncio.gather(*(work(bodies) for _ in range(AT_ONCE)))
        found.memory_after = await stack.resident()
        now = [await stack.process(service) for service in stack.urls]
        found.restarts = sum(one != other for one, other in zip(before, now, strict=True))
    finally:
        for client in clients.values():
            await client.aclose()
    return found


async def _one(http: httpx.AsyncClient, attack: Attack, signed_in: Mapping[str, str], found: Found) -> None:
    found.ways[attack.way] += 1
    headers = [
        (name.encode(), value.encode("latin-1")) for name, value in (dict(signed_in) | attack.sent.headers).items()
    ]
    request = http.build_request(attack.route.method, attack.target, content=attack.sent.content, headers=headers)
    try:
        try:
            answer = await http.send(request)
        except (httpx.ReadError, httpx.RemoteProtocolError):
            # A connection that lay idle may be closed just then; twice in a row it is something else.
            request.headers["connection"] = "close"
            answer = await http.send(request)
    except httpx.HTTPError as error:
        _failed(found, attack, type(error).__name__, str(error))
        return
    found.statuses[str(answer.status_code)] += 1
    if answer.status_code >= _SERVER_ERROR:
        _failed(found, attack, str(answer.status_code), answer.text)
    elif "ndjson" in answer.headers.get("content-type", ""):
        bad = [line for line in answer.text.splitlines() if json.loads(line).get("status", 0) >= _SERVER_ERROR]
        if bad:
            _failed(found, attack, "a line", bad[0])


def _failed(found: Found, attack: Attack, what: str, said: str) -> None:
    told = {
        "number": attack.number,
        "way": attack.way,
        "request": f"{attack.route.service} {attack.route.method.upper()} {attack.target}"[:400],
        "route": attack.route.path,
        "content": repr(attack.sent.content[:400]),
        "headers": attack.sent.headers,
        "answer": f"{what}: {said[:300]}",
    }
    found.failures.append(told)


async def _run(seed: int, bodies: int) -> Found:
    async with standing() as stack:
        return await attacked(stack, seed, bodies)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description="畸形报文测试 / malformed bodies; example: --seed 7 --bodies 1000 --json"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--bodies", type=int, default=1000)
    parser.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    asked = parser.parse_args()
    found = asyncio.run(_run(asked.seed, asked.bodies))
    if asked.json:
        told = vars(found) | {
            "failures": found.failures[:_MOST_SHOWN],
            "failed": len(found.failures),
            "growth": found.growth,
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))  # noqa: T201 - a command
    else:
        print(f"{found.bodies} 份 bodies, {found.routes} 个接口 routes, {dict(found.statuses)}")  # noqa: T201 - a command
        print(f"失败 failed: {len(found.failures)}; 内存增长 memory growth: {found.growth}")  # noqa: T201 - a command
        for one in found.failures[:_MOST_SHOWN]:
            print(json.dumps(one, ensure_ascii=False))  # noqa: T201 - a command
    return 1 if found.failures or found.restarts else 0


if __name__ == "__main__":
    sys.exit(main())
