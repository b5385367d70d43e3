"""The driver never gives a step up: what got no answer is sent again as the very same request."""

from collections import Counter, defaultdict
from random import Random

import httpx
import msgspec
import pytest

from ops.chaos.driver import Driver
from ops.chaos.ledger import Ledger
from ops.chaos.story import Unsound
from ops.replay import sender as sending
from ops.replay.sender import Sender
from tests.unit.ops.chaos.history import a_story, good_answer, steps_of

URLS = {"approval": "http://approval", "supervision": "http://supervision"}


class Services:
    """Services that answer every request well, after having failed on many of them first."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - made-up failures
        self.by_body = {step.body: step for step in steps_of(a_story())}
        self.keys: dict[bytes, set[str]] = defaultdict(set)
        self.bodies: Counter[bytes] = Counter()

    def answer(self, request: httpx.Request) -> httpx.Response:
        lines = request.content.splitlines()
        self.bodies.update(lines)
        if key := request.headers.get("Idempotency-Key"):
            self.keys[lines[0]].add(key)
        fate = self.random.random()
        if fate < 0.2:
            raise httpx.ReadError("killed while it answered")
        if fate < 0.4:
            return httpx.Response(503)
        answers = [good_answer(self.by_body[line]) for line in lines]
        if key:
            return httpx.Response(answers[0]["status"], json=answers[0])
        if fate < 0.5 and len(answers) > 1:
            answers[0] = {"status": 503, "problem": {"retryable": True}}
        return httpx.Response(200, content=b"\n".join(msgspec.json.encode(answer) for answer in answers))


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "FIRST_PAUSE", 0.0)
    monkeypatch.setattr(sending, "LONGEST_PAUSE", 0.0)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_every_step_is_answered_for_good_however_often_services_fail(seed: int) -> None:
    services, story = Services(seed), a_story()
    ledger = Ledger(story.source)
    async with Sender(URLS, transport=httpx.MockTransport(services.answer)) as sender:
        driver = Driver(story, sender, ledger, seconds=3600)
        driver.hurry()
        await driver.run()

    steps = steps_of(story)
    assert set(ledger.decisions) | set(ledger.inspections) == {s.name for s in steps if not isinstance(s, Unsound)}
    assert ledger.wrong == []
    assert driver.progress == 1.0
    assert max(services.bodies.values()) > 1


async def test_a_repeated_single_request_bears_its_first_key_and_a_second_statement_another() -> None:
    services, story = Services(1), a_story()
    async with Sender(URLS, transport=httpx.MockTransport(services.answer)) as sender:
        driver = Driver(story, sender, Ledger(story.source), seconds=0)
        await driver.run()

    alone = {step.body: 0 for lane in story.lanes for portion in lane if portion.singly for step in portion.steps}
    for lane in story.lanes:
        for portion in lane:
            for step in portion.steps if portion.singly else ():
                alone[step.body] += 1
    assert {body: len(keys) for body, keys in services.keys.items()} == alone
