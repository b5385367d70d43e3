"""Driver (驱动): leads a story through the public APIs in several lanes and never gives a step up.

What is not acknowledged is sent again with the same business number, and single requests with the same
Idempotency-Key as well. Portions are released evenly over the time the faults take.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic

import msgspec

from chassis.waking import woken
from ops.chaos.ledger import Ledger
from ops.chaos.story import Decide, Portion, Step, Story
from ops.replay.sender import Line, Pauses, Sender, retryable

_PATHS = {"approval": "/api/v1/cases:batch", "supervision": "/api/v1/inspections:batch"}


class Driver:
    """Sends one story; ``seconds`` is how long its portions are spread over."""

    def __init__(self, story: Story, sender: Sender, ledger: Ledger, seconds: float) -> None:
        self._story, self._sender, self._ledger = story, sender, ledger
        self._seconds = seconds
        self.ends_at = monotonic() + seconds
        """When the last portion is released at the latest (``monotonic()``)."""
        self._hurried = asyncio.Event()
        self._sent = 0
        self._portions = sum(len(lane) for lane in story.lanes)

    @property
    def progress(self) -> float:
        """0 … 1: how much of the story was answered."""
        return self._sent / max(1, self._portions)

    def hurry(self) -> None:
        """The faults are over: what is left goes out at once."""
        self._hurried.set()

    async def run(self) -> None:
        """Send everything. Raises CannotRun when a service gives no usable answer for a minute."""
        began = monotonic()
        self.ends_at = began + self._seconds
        async with asyncio.TaskGroup() as lanes:
            for lane in self._story.lanes:
                lanes.create_task(self._lane(lane, began))

    async def _lane(self, lane: Sequence[Portion], began: float) -> None:
        for number, portion in enumerate(lane):
            await self._until(began + self._seconds * number / len(lane))
            if portion.singly:
                await asyncio.gather(*(self._one(portion.service, step) for step in portion.steps))
            else:
                await self._together(portion)
            self._sent += 1

    async def _until(self, moment: float) -> None:
        await woken(self._hurried, max(0.0, moment - monotonic()))

    async def _together(self, portion: Portion) -> None:
        asked_at = monotonic()
        steps = {f"{number}": step for number, step in enumerate(portion.steps)}
        lines = [Line(step.object_no, number, step.body) for number, step in steps.items()]
        async for answers in self._sender.batch(portion.service, _PATHS[portion.service], lines):
            for answer in answers:
                self._ledger.answered(steps[answer["name"]], answer, asked_at)

    async def _one(self, service: str, step: Step) -> None:
        asked_at, pauses = monotonic(), Pauses(service)
        # A repetition on purpose is another request: under the same key it would only read the first answer again.
        kind = "again" if isinstance(step, Decide) and step.again else type(step).__name__
        key = {"Idempotency-Key": f"{self._story.source}-{step.name}-{kind}"}
        while True:
            answer = await self._sender.request(service, "POST", "/api/v1/cases", step.body, headers=key)
            body = msgspec.json.decode(answer.content)
            said = {**(body if answer.is_success else {"problem": body}), "status": answer.status_code}
            if not retryable(said):
                self._ledger.answered(step, said, asked_at)
                return
            await pauses.wait(str(body.get("type")))
