"""Model (样板): one chain that really ran on the stack; what was told of it is the pattern of every case of the city.

So the bodies a page decodes, digests and prints are those the services write, links and grounds included.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import msgspec

from contracts.credit import GradeChanged
from ops.bench import ground
from ops.failure import CannotRun
from ops.furnishing import register
from ops.replay.sender import Sender
from ops.stack import Stack

RUN = "M"
CASE, SUBJECT, ITEM, LINK = f"{RUN}-0", ground.uscc(0), ground.item(0), "L0000"
"""What is replaced in the bodies: case, object and inspection bear one number."""
DEPARTMENTS = [f"CITY-{n:02d}" for n in range(12)]
"""Of the city, for the pages to call them by their names."""
_PATIENCE, _PAUSE = 60.0, 0.2


async def run(stack: Stack) -> None:
    """Decide, claim, inspect, until the console has heard of the grade. Raises CannotRun."""
    await ground.furnish(stack)
    async with Sender(stack.urls, stack.headers()) as sender:
        known = [{"code": each, "name": f"示例部门 {each}"} for each in DEPARTMENTS]
        await register(sender, "approval", "/api/v1/departments:batch", known)
    story, urls = ground.story(RUN), stack.urls
    async with httpx.AsyncClient(headers=stack.headers(), trust_env=False, timeout=_PATIENCE) as people:
        await _hand_in(people, f"{urls['approval']}/api/v1/cases", msgspec.json.decode(story.case(0)))
        case = f"{urls['console']}/api/v1/cases/{ground.SOURCE}/{CASE}"
        (task,) = (await _seen(people, case, lambda told: bool(told["tasks"])))["tasks"]
        claim = f"{urls['supervision']}/api/v1/tasks/{task['task_id']}:claim"
        await _hand_in(people, claim, {"inspector": ground.officers(0)[0]})
        inspection = msgspec.json.decode(story.inspection(0))
        await _hand_in(people, f"{urls['supervision']}/api/v1/inspections", inspection)
        await _seen(people, f"{case}/trace", lambda told: GradeChanged.fact in {each["fact"] for each in told})


async def _hand_in(people: httpx.AsyncClient, address: str, body: Any) -> None:
    answer = await people.post(address, json=body)
    if not answer.is_success:
        raise CannotRun(
            zh=f"样板办不成，{address} 答复 {answer.status_code}：{answer.text}",
            en=f"the model cannot be made, {address} answered {answer.status_code}: {answer.text}",
        )


async def _seen(people: httpx.AsyncClient, address: str, there: Callable[[Any], bool]) -> Any:
    """What the console shows, once it is there."""
    try:
        async with asyncio.timeout(_PATIENCE):
            while True:
                answer = await people.get(address)
                told = answer.json()
                if answer.is_success and there(told):
                    return told
                await asyncio.sleep(_PAUSE)
    except TimeoutError as error:
        raise CannotRun(
            zh=f"{_PATIENCE:.0f} 秒内控制台没有听到样板的全部事件；请看各服务的日志",
            en=f"the console did not hear all of the model within {_PATIENCE:.0f} s; look at the services' logs",
        ) from error
