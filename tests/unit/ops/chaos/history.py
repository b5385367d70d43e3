"""A small history in which everything went well: the ledger, and what databases and streams then hold."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from time import monotonic
from typing import Any

import msgspec
from uuid_utils.compat import uuid7

from contracts import approval, credit, supervision, topology
from contracts.event import Event, cloud_type
from ops.chaos.ledger import Ledger
from ops.chaos.observation import Body, Said, Seen, ServiceSeen, heard_by
from ops.chaos.story import Decide, Inspect, Step, Story, Unsound, told
from ops.chaos.streams import StreamSeen

TODAY = date(2026, 11, 27)
NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)


def a_story(seed: int = 7, events: int = 60) -> Story:
    return told("chaos-test", Random(seed), events, TODAY)  # noqa: S311 - made-up data


def steps_of(story: Story) -> list[Step]:
    return [step for lane in story.lanes for portion in lane for step in portion.steps]


def acknowledged(story: Story) -> Ledger:
    ledger = Ledger(story.source)
    for step in steps_of(story):
        ledger.answered(step, good_answer(step), monotonic())
    return ledger


def good_answer(step: Step) -> dict[str, Any]:
    if isinstance(step, Unsound):
        return {"status": 422, "problem": {}}
    if isinstance(step, Inspect):
        return {"status": 200, "ad_hoc": step.ad_hoc}
    return {"status": 200 if step.again else 201, "object_version": step.version, "duplicate": step.again}


def said(kind: type[Event], cause: str = "", **members: Any) -> Said:
    body = Body(**members)
    return Said(str(uuid7()), cloud_type(kind), cause, body, msgspec.json.encode(body))


def whole(ledger: Ledger) -> Seen:
    """What must be there once everything acknowledged has had its effect."""
    seen = Seen(services={name: ServiceSeen() for name in topology.LISTENS}, streams={})
    for step in ledger.decisions.values():
        _decided(seen, step)
    for inspected in ledger.inspections.values():
        _inspected(seen, inspected)
    seen.applied.sort(key=lambda row: (row[1], row[2]))
    for speaker, each in seen.services.items():
        stream = topology.stream_of(speaker)
        seen.streams = {**seen.streams, stream: StreamSeen({one.id: one.payload for one in each.said})}
        for listener in topology.LISTENS:
            heard = Counter(one.id for one in each.said if one.kind in heard_by(listener, stream))
            seen.services[listener].taken[topology.durable_of(listener, stream)] = heard
    return seen


def _decided(seen: Seen, step: Decide) -> None:
    where = {"object_no": step.object_no}
    event = said(approval.CaseDecided, case_id=step.name, object_version=step.version, object=where)
    seen.services["approval"].said.append(event)
    seen.decided.append((step.name, step.object_no, step.version))
    at = NOON + timedelta(seconds=step.version)
    seen.applied.append((step.name, step.object_no, step.version, step.outcome, at))
    if step.outcome == "TASK":
        _task(seen, step.name, event.id, where)


def _inspected(seen: Seen, step: Inspect) -> None:
    if step.ad_hoc:
        _task(seen, "", "", {})
    seen.inspections.append((step.name, step.failed, step.ad_hoc))
    seen.services["supervision"].said.append(said(supervision.InspectionConcluded, inspection_no=step.name))
    if step.failed:
        seen.records.append(step.name)
        seen.services["credit"].said.append(said(credit.RecordAdded, inspection_no=step.name))
        grade = Counter([f"099:{step.name}:1:B"])
        for each in seen.services.values():
            each.grades += grade
        graded = said(credit.GradeChanged, version=1, subject={"id_no": step.name})
        seen.services["credit"].said.append(graded)


def _task(seen: Seen, case: str, cause: str, where: dict[str, str]) -> None:
    task_id = str(uuid7())
    seen.tasks.append((task_id, case))
    created = said(supervision.TaskCreated, cause, task_id=task_id, case_id=case, object=where)
    seen.services["supervision"].said.append(created)
