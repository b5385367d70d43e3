"""The process of the DBOS peer (持久工作流的进程): one workflow to a chain, its steps asynchronous. Started by peer_dbos.py.

The chain survives a crash, as DBOS keeps what every step answered; a step that was cut off is done again, which changes
nothing here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any

import asyncpg
import uvloop
from dbos import DBOS

from benchmarks.chain import case_of, inspection_of
from benchmarks.measuring import SERVICES, beginnings, say, told
from benchmarks.steps import DECIDE, GRADE, HOLD_AT_APPROVAL, HOLD_AT_SUPERVISION, INSPECT, MATCH, RECORD

_IN_FLIGHT = 16
Facts = dict[str, Any]


def _facts(stated: Any) -> Facts:
    return {name: getattr(stated, name) for name in stated.__struct_fields__}


class Chains:
    """The workflow, and the databases its steps write to."""

    def __init__(self, pools: Mapping[str, "asyncpg.Pool[Any]"]) -> None:
        self._pools = pools

        async def whole(number: int) -> None:
            await DBOS.run_step_async({"name": "decide"}, self.decide, number)
            await DBOS.run_step_async({"name": "match"}, self.match, number)
            task = await DBOS.run_step_async({"name": "inspect"}, self.inspect, number)
            await DBOS.run_step_async({"name": "record"}, self.record, number, task)
            await DBOS.run_step_async({"name": "hold"}, self.hold, number)

        self.chain: Callable[[int], Awaitable[None]] = DBOS.workflow()(whole)
        """One chain."""

    async def decide(self, number: int) -> None:
        """审批."""
        await DECIDE.run(self._pools["approval"], _facts(case_of(number)))

    async def match(self, number: int) -> None:
        """监管."""
        await MATCH.run(self._pools["supervision"], _facts(case_of(number)))

    async def inspect(self, number: int) -> Facts:
        """监管: the bureau that inspects answers at once."""
        return dict(await INSPECT.run(self._pools["supervision"], _facts(inspection_of(number))))

    async def record(self, number: int, task: Facts) -> None:
        """信用."""
        await RECORD.run(self._pools["credit"], _facts(inspection_of(number)) | task | GRADE)

    async def hold(self, number: int) -> None:
        """审批 and 监管: the grade."""
        grade = {"holder": case_of(number).holder, **GRADE}
        await HOLD_AT_APPROVAL.run(self._pools["approval"], grade)
        await HOLD_AT_SUPERVISION.run(self._pools["supervision"], grade)


async def carry_out(chains: Chains, count: int, rate: float, start: float) -> dict[int, float]:
    """Every chain, some at once or each at its time; when each ended."""
    ended: dict[int, float] = {}

    async def one(number: int) -> None:
        await chains.chain(number)
        ended[number] = monotonic()

    if rate:
        async with asyncio.TaskGroup() as under_way:
            async for number, _ in beginnings(count, rate, start):
                under_way.create_task(one(number))
        return ended
    numbers = iter(range(count))

    async def one_after_the_other() -> None:
        for number in numbers:
            await one(number)

    await asyncio.gather(*(one_after_the_other() for _ in range(_IN_FLIGHT)))
    return ended


async def main() -> None:
    """Carry out what we are asked for."""
    settings = told()
    urls = settings["databases"]
    DBOS(config={"name": "bench", "system_database_url": urls["system"], "log_level": "ERROR"})
    pools = {
        service: await asyncpg.create_pool(urls[service], min_size=_IN_FLIGHT, max_size=_IN_FLIGHT)
        for service in SERVICES
    }
    chains = Chains(pools)
    DBOS.launch()
    say("ready")
    start = told()
    say(await carry_out(chains, settings["chains"], settings["rate"], start))
    await asyncio.to_thread(told)


if __name__ == "__main__":
    uvloop.run(main())
