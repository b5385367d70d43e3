"""Playing the county's story (演示示例县) through the public APIs, at whatever day the stack's clock shows.

Every step first asks whether it was taken: a decision by its case, a verb by the task's history, an answer by the
feedback. So a story that was cut short goes on where it stood, and one that was told is not told twice.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx
import msgspec

from kernel.clock import CHINA, china_day
from ops.county import CREW, County, renewed
from ops.county_story import (
    APPROVER,
    EARLIER,
    LINKAGE_OFFICE,
    MATTERS,
    SOURCE,
    TODAY,
    WEEKS_BACK,
    Answer,
    CheckDrawn,
    Complain,
    Decide,
    Do,
    Enter,
    Scene,
    Step,
    inspect,
)
from ops.failure import CannotRun
from ops.scenario.asking import Answer as Said
from ops.scenario.asking import Asking, StepFailed
from ops.scenario.furnish import ndjson
from ops.scenario.settle import settle

DRAFTER, PUBLISHER = "SPJ-02", "LDB-01"
"""起草并提交的人, 发布的人: a version is published by another person than the one who drafted it."""
_VERSIONS = "/api/v1/catalogue-versions"
_LINES = "application/x-ndjson"
_SAME_TIME = timedelta(minutes=1)
_TIMEOUT = 30.0
_HISTORY = {"feedback": "feed_back"}
"""动作 → the word it has in a task's history, where that is another."""


@dataclass
class Told:
    """What came of the telling (演示结果)."""

    taken: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    """任务状态 → tasks of the story."""


async def play(
    county: County,
    urls: Mapping[str, str],
    headers: Mapping[str, str],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Told:
    """Set the county up and tell its story; a clock that lags is moved to the first act's day and then to ``now``.

    Raises:
        CannotRun: a service does not answer, or refuses what the story cannot do without.
    """
    # One machine, own ports: proxies of the environment have no business here.
    async with httpx.AsyncClient(headers=headers, timeout=_TIMEOUT, trust_env=False) as client:
        player = _Player(county, Asking(client, urls))
        try:
            return await player.play(now())
        except StepFailed as failed:
            found = failed.difference
            raise CannotRun(zh=f"示例县：{found.zh}", en=f"the example county: {found.en}") from failed


class _Player:
    def __init__(self, county: County, asking: Asking) -> None:
        self._county, self._asking = county, asking
        self._enterprises = county.enterprises()
        catalogue = county.catalogue()
        self._lines = {each["code"]: tuple(line["code"] for line in each["lines"]) for each in catalogue["checklists"]}
        self._catalogue = catalogue
        self._day = date.min
        self._told = Told()

    async def play(self, now: datetime) -> Told:
        await self._move_clock(now - WEEKS_BACK)
        await self._furnish()
        for at, act in ((now - WEEKS_BACK, EARLIER), (now, TODAY)):
            await self._move_clock(at)
            for step in act:
                await self._take(step)
            await settle(self._asking)
        tasks = await self._asking.every("supervision", "/api/v1/tasks", source_system=SOURCE)
        self._told.states.update(task["state"] for task in tasks)
        return self._told

    async def _move_clock(self, to: datetime) -> None:
        """Move the clocks that lag; the day is then what the clock that is furthest shows."""
        services = self._asking.services
        told = await asyncio.gather(*(self._asking.get(service, "/ops/v1/clock") for service in services))
        shown = {service: datetime.fromisoformat(each["now"]) for service, each in zip(services, told, strict=True)}
        furthest = max(to, *shown.values())
        body = msgspec.json.encode({"now": furthest})
        for service, instant in shown.items():
            if furthest - instant > _SAME_TIME:
                _must(await self._asking.send(service, "POST", "/ops/v1/clock", body), "clock")
        await settle(self._asking)
        self._day = china_day(furthest)

    async def _furnish(self) -> None:
        county = self._county
        lists: Sequence[tuple[str, str, Sequence[Mapping[str, Any]]]] = (
            ("approval", "/api/v1/items:batch", county.items()),
            ("approval", "/api/v1/departments:batch", county.departments()),
            ("approval", "/api/v1/people:batch", county.people()),
            ("supervision", "/api/v1/inspectors:batch", renewed(county.inspectors(), self._day)),
            ("supervision", "/api/v1/matters:batch", MATTERS),
        )
        for service, path, rows in lists:
            _must(await self._asking.send(service, "POST", path, ndjson(rows), _LINES), path)
        await self._publish()
        await settle(self._asking)

    async def _publish(self) -> None:
        """Draft, submit, publish; a version that stands already is left as it is, further on or edited by somebody."""
        path = f"{_VERSIONS}/{self._catalogue['version']}"
        known = await self._asking.get("supervision", path)
        if known is None:
            known = await self._post("supervision", _VERSIONS, {"by": DRAFTER} | self._catalogue)
        for state, verb, person in (("DRAFT", "submit", DRAFTER), ("SUBMITTED", "publish", PUBLISHER)):
            if known["state"] == state:
                known = await self._post("supervision", f"{path}:{verb}", {"by": person})

    async def _take(self, step: Step) -> None:
        match step:
            case Decide():
                await self._decide(step)
            case Do():
                await self._do(step)
            case Answer():
                await self._answer(step)
            case Enter():
                await self._enter(step)
            case CheckDrawn():
                await self._check_drawn(step)
            case Complain():
                await self._complain(step)

    async def _decide(self, step: Decide) -> None:
        if await self._asking.get("approval", f"/api/v1/cases/{SOURCE}/{step.case}") is not None:
            self._told.known += 1
            return
        self._count(step.case, await self._send("approval", "/api/v1/cases", self._case(step)))
        await settle(self._asking)

    async def _do(self, step: Do) -> None:
        rows = await self._asking.every(
            "supervision", "/api/v1/tasks", source_system=SOURCE, department=step.department
        )
        (task_id,) = [row["task_id"] for row in rows if (row["case_id"], row["purpose"]) == (step.case, step.purpose)]
        task = await self._asking.get("supervision", f"/api/v1/tasks/{task_id}")
        done = {change["verb"] for change in task["history"]}
        claimed = step.verb == "claim" and task["claimed_by"]
        if _HISTORY.get(step.verb, step.verb) in done or claimed:
            self._told.known += 1
            return
        crew = await self._crew(step.department)
        form = step.form(Scene(day=self._day, crew=crew, lines=self._lines[task["checklist"]]))
        self._count(
            f"{step.case} {step.department} {step.verb}",
            await self._send("supervision", f"/api/v1/tasks/{task_id}:{step.verb}", form),
        )
        await settle(self._asking)

    async def _answer(self, step: Answer) -> None:
        asked = await self._asking.every("approval", "/api/v1/feedback", source_system=SOURCE, case_id=step.case)
        waiting = [feedback for feedback in asked if feedback["state"] == "OPEN"]
        if not waiting:
            self._told.known += 1
            return
        body = {"accepted": step.decision is not None, "reason": step.reason, "by": APPROVER}
        if step.decision:
            body["case"] = self._case(step.decision)
        path = f"/api/v1/feedback/{waiting[0]['feedback_id']}:answer"
        self._count(f"{step.case} answer", await self._send("approval", path, body))
        await settle(self._asking)

    async def _enter(self, step: Enter) -> None:
        stands = await self._asking.get("supervision", step.at)
        if stands is not None and stands["state"] != step.waiting:
            self._told.known += 1
            return
        form = step.form(Scene(day=self._day, crew=(), lines=()))
        answer = await self._send("supervision", step.path, form)
        if not answer.refusal or answer.refusal != step.early:
            self._count(step.path, answer)
        await settle(self._asking)

    async def _check_drawn(self, step: CheckDrawn) -> None:
        """The check as a step of its own, so that a story cut short between it and its publicity goes on."""
        rows = await self._asking.every("supervision", f"/api/v1/draws/{step.draw}/objects")
        if not rows:
            return
        drawn = rows[0]
        number, task = f"{step.draw}-J", f"/api/v1/tasks/{drawn['tasks'][step.department]}"
        officers, asked = drawn["officers"][step.department], {"inspection_no": number}
        owed = await self._asking.every("supervision", "/api/v1/publicity", **asked)
        if not owed:
            lines = self._lines[(await self._asking.get("supervision", task))["checklist"]]
            scene = Scene(day=self._day, crew=tuple(officers), lines=lines)
            form = {**inspect("", "").form(scene), **asked}
            _must(await self._send("supervision", f"{task}:inspect", form), step.draw)
            await settle(self._asking)
            owed = await self._asking.every("supervision", "/api/v1/publicity", **asked)
        if owed[0]["state"] != "PENDING":
            self._told.known += 1
            return
        path = f"/api/v1/publicity/{owed[0]['publication_no']}:publicise"
        self._count(step.draw, await self._send("supervision", path, {"by": step.publicist}))
        await settle(self._asking)

    async def _complain(self, step: Complain) -> None:
        if await self._asking.every("supervision", "/api/v1/complaints", complaint_no=step.number):
            self._told.known += 1
            return
        holder = self._enterprises[step.enterprise - 1]
        body = {
            "channel": "HOTLINE",
            "complaint_no": step.number,
            "received_at": datetime.combine(self._day, time.min, CHINA).isoformat(),
            "id_no": holder["uscc"],
            "subject_name": holder["name"],
            "department": step.department,
            "content": step.content,
            "reply_wanted": True,
            "complainant": "示例投诉人",
            "contact": "tousu@example.com",
            "by": LINKAGE_OFFICE,
        }
        self._count(step.number, await self._send("supervision", "/api/v1/complaints", body))
        await settle(self._asking)

    def _case(self, step: Decide) -> dict[str, Any]:
        holder = self._enterprises[step.enterprise - 1]
        return {
            "source_system": SOURCE,
            "case_id": step.case,
            "kind": step.kind,
            "item_code": step.item,
            "region": holder["region"],
            "decided_on": self._day.isoformat(),
            "valid_from": self._day.isoformat(),
            "subject": {"id_type": "001", "id_no": holder["uscc"], "kind": "ORGANISATION", "name": holder["name"]},
            "object": {
                "object_no": f"DX-{step.enterprise:02}",
                "name": holder["name"],
                "address": holder["address"],
            },
            **step.more,
        }

    async def _crew(self, department: str) -> tuple[str, ...]:
        """Two inspectors of the department whose certificates hold today (持有效证件)."""
        rows = await self._asking.every("supervision", "/api/v1/inspectors", department=department)
        day = self._day.isoformat()
        fit = [row["code"] for row in rows if row["certificate_from"] <= day <= row["certificate_to"]]
        return tuple(sorted(fit)[-CREW:])

    def _count(self, what: str, answer: Said) -> None:
        if answer.refusal:
            self._told.refused.append(f"{what}: {answer.refusal} {answer.said}")
        else:
            self._told.taken += 1

    async def _post(self, service: str, path: str, body: Mapping[str, Any]) -> Any:
        answer = await self._send(service, path, body)
        _must(answer, path)
        return answer.document

    async def _send(self, service: str, path: str, body: Mapping[str, Any]) -> Said:
        return await self._asking.send(service, "POST", path, msgspec.json.encode(body))


def _must(answer: Said, what: str) -> None:
    if answer.refusal:
        raise StepFailed(f"{what} 未被接受：{answer.said}", f"{what} was refused: {answer.refusal}")
