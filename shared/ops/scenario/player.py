"""The player (演练): one scenario step by step on its plot; what was expected is compared once, when all is quiet."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import msgspec

from ops.failure import CannotRun
from ops.scenario.asking import Asking, StepFailed
from ops.scenario.document import Scenario, Step
from ops.scenario.expect_rest import SUBJECTS
from ops.scenario.furnish import catalogue_of, furnish
from ops.scenario.matching import Difference, differences
from ops.scenario.requests import Requests
from ops.scenario.settle import settle, unwell
from ops.scenario.table import VERBS
from ops.scenario.verb import Verb
from ops.scenario.workdays import after_workdays


@dataclass(frozen=True)
class Checked:
    """One expectation and what came of it (一项期望)."""

    line: int
    what: str
    differences: Sequence[Difference] = ()

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.differences


@dataclass
class Outcome:
    """What came of a scenario (场景结果)."""

    scenario: Scenario
    checked: list[Checked] = field(default_factory=list)
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)
    """What the services logged as errors meanwhile; looked up when something failed."""

    @property
    def passed(self) -> bool:
        """Whether every expectation was met."""
        return bool(self.checked) and all(each.passed for each in self.checked)


class Player:
    """Plays one scenario through the public APIs."""

    def __init__(self, scenario: Scenario, asking: Asking) -> None:
        self._scenario = scenario
        self._asking = asking
        self._now = scenario.clock
        self._requests = Requests(asking, scenario.file.parent)
        self._moving: set[str] = set()
        """Services with something that may be on its way."""
        self.outcome = Outcome(scenario)

    async def play(self) -> Outcome:
        """Every step in turn; a step that cannot be carried out ends the scenario as failed."""
        began = monotonic()
        line, what = 1, "开始 start"
        try:
            await self._move_clock(self._now)
            await furnish(self._asking, catalogue_of(self._scenario.catalogue, self._scenario.file.parent))
            await self._settled()
            for step in self._scenario.steps:
                line, what = step.line, step.word
                await self._take(step)
            what = "结束 end"
            await self._settled()
            await self._examine(line)
        except StepFailed as failed:
            self.outcome.checked.append(Checked(line, what, [failed.difference]))
        except CannotRun as failed:
            self.outcome.checked.append(Checked(line, what, [Difference(failed.zh, failed.en)]))
        self.outcome.seconds = round(monotonic() - began, 2)
        return self.outcome

    async def _take(self, step: Step) -> None:
        if step.word == "advance":
            await self._advance(step.said)
        elif step.word == "expect":
            await self._expect(step)
        else:
            await self._act(VERBS[step.word], step)

    async def _advance(self, said: Mapping[str, Any]) -> None:
        await self._settled()
        if "workdays" in said:
            to = await after_workdays(self._asking, self._now, int(said["workdays"]))
        elif "to" in said:
            to = datetime.fromisoformat(said["to"]).astimezone(self._now.tzinfo)
        else:
            to = self._now + timedelta(**said)
        await self._move_clock(to)

    async def _move_clock(self, to: datetime) -> None:
        body = msgspec.json.encode({"now": to})
        services = self._asking.services
        answers = await asyncio.gather(*(self._asking.send(each, "POST", "/ops/v1/clock", body) for each in services))
        for service, answer in zip(services, answers, strict=True):
            if answer.refusal:
                raise StepFailed(f"{service} 的时钟：{answer.said}", f"{service}'s clock: {answer.refusal}")
        self._now = to
        self._moving |= set(services)

    async def _act(self, verb: Verb, step: Step) -> None:
        """One request; where the step awaits a refusal, exactly that one."""
        if self._moving - {verb.service}:
            await self._settled()
        self._moving.add(verb.service)
        answer = await self._requests.send(verb, step.said, self._now)
        if step.refused:
            self._check(step.line, f"{step.word} refused", _refusal(step.refused, answer.refusal, answer.said))
        elif answer.refusal:
            raise StepFailed(f"被拒绝 {answer.refusal}：{answer.said}", f"refused: {answer.refusal}")

    async def _expect(self, step: Step) -> None:
        await self._settled()
        for name, (line, entries) in step.expected.items():
            subject = SUBJECTS[name]
            try:
                found = differences(entries, await subject.rows(self._asking, entries), subject.selecting)
            except StepFailed as failed:
                found = [failed.difference]
            self._check(line, f"expect {name}", found)

    async def _settled(self) -> None:
        if self._moving:
            await settle(self._asking)
            self._moving.clear()

    async def _examine(self, line: int) -> None:
        """Nothing may have been lost on the way: no dead letters, nothing that cannot be published."""
        statuses = [await self._asking.get(service, "/ops/v1/status") for service in self._asking.services]
        if ill := [word for status in statuses for word in unwell(status)]:
            self._check(line, "死信 dead letters", [Difference("；".join(ill), "events were not applied")])

    def _check(self, line: int, what: str, found: Sequence[Difference]) -> None:
        self.outcome.checked.append(Checked(line, what, found))


def _refusal(expected: str, found: str, said: str) -> list[Difference]:
    if expected == found:
        return []
    shown = f"{found}：{said}" if found else "未被拒绝"
    return [Difference(f"期望拒绝 {expected}，实际 {shown}", f"expected {expected}, found {found or 'no refusal'}")]
