"""Tasks (监管任务): where each stands, who holds it, which card it has, what was found."""

from collections.abc import Iterable
from datetime import datetime

from console.ports import Heard, Work
from contracts import process
from contracts.feedback import FeedbackRaised
from contracts.supervision import (
    InspectionConcluded,
    OpenDeadline,
    TaskCancelled,
    TaskClaimed,
    TaskCreated,
    TaskEvent,
    TaskJoined,
)
from contracts.watch import CardIssued, DeadlineEvent, DeadlineStopped, TaskUrged
from kernel.inspection import TaskState as State
from kernel.reckoning import last_day

_LEADS: dict[type[TaskEvent], State] = {
    TaskCreated: State.PENDING_CLAIM,
    TaskClaimed: State.CLAIMED,
    process.TaskReturned: State.RETURNED,
    process.TaskRouted: State.PENDING_CLAIM,
    process.TaskDisputed: State.DISPUTED,
    process.TaskArbitrated: State.PENDING_CLAIM,
    process.TaskPlanned: State.PLANNED,
    process.TaskStarted: State.INSPECTING,
    process.RectificationOrdered: State.RECTIFYING,
    process.ReferralMade: State.REFERRED,
    process.TaskClosed: State.CLOSED,
    TaskCancelled: State.CANCELLED,
}
"""Event → the state of the task after it, where that follows from the kind of event alone."""
_MAKES = (TaskCreated, TaskJoined)
"""Events by which a decision became supervision (推送)."""
_MISSED = {
    "CLAIM": "claim_missed",
    **dict.fromkeys(("FIRST_CHECK", "COMMITMENT_CHECK", "RECTIFY", "FEEDBACK", "COMPLAINT"), "limit_missed"),
}
"""Kind of limit a card is for → what was not done in time: claiming, or what leads to the conclusion. Routing and
arbitration are the linkage office's, publicity comes after the conclusion."""


def told(work: Work, heard: Heard, event: TaskEvent) -> None:
    """What an event says of its task."""
    _name(work, heard, event)
    state = _state_after(event)
    if state is not None:
        work.keep("state", heard.id, event.task_id, state=state.value, state_at=_at(heard, event))
    _held(work, heard, event)
    _watched(work, heard, event)
    match event:
        case TaskCreated():
            _made(work, heard, event)
        case InspectionConcluded():
            found = {"result": event.result.value, "inspected_on": event.inspected_on}
            work.keep("result", heard.id, event.task_id, inspection_no=event.inspection_no, **found)
    if isinstance(event, _MAKES) and event.case_id:
        at = event.created_at if isinstance(event, TaskCreated) else event.joined_at
        work.keep("pushed", heard.id, event.source_system, event.case_id, pushed_at=at)


def fed_back(work: Work, heard: Heard, event: FeedbackRaised) -> None:
    """The approver was asked to act (结果反馈): which clocks of the task go on."""
    if event.deadlines is not None:
        _open(work, heard, event.task_id, event.deadlines)


def _held(work: Work, heard: Heard, event: TaskEvent) -> None:
    """Who has it in hand (认领人)."""
    match event:
        case TaskClaimed():
            said = {"claimed_at": event.claimed_at, "claimed_automatically": event.automatically}
            work.keep("claimed", heard.id, event.task_id, **said)
            holder: str | None = event.claimed_by
        case process.TaskTransferred():
            holder = event.officer
        case process.TaskReturned() | process.TaskDisputed():
            holder = ""
        case process.TaskHandedOver():
            holder = event.claimed_by
        case _:
            holder = None
    if holder is not None:
        work.keep("held", heard.id, event.task_id, claimed_by=holder)


def _watched(work: Work, heard: Heard, event: TaskEvent) -> None:
    """Limits, cards, and who pressed for it (督办)."""
    if event.deadlines is not None:
        _open(work, heard, event.task_id, event.deadlines)
    elif isinstance(event, DeadlineEvent):  # of before events said which clocks are open
        stopped = isinstance(event, DeadlineStopped)
        _due(work, heard, event.task_id, OpenDeadline(kind=event.kind, due_at=event.due_at, stopped=stopped))
    if isinstance(event, CardIssued):
        said = {"card": event.card.value, "card_kind": event.kind, "card_due_on": event.due_on}
        work.keep("card", heard.id, event.task_id, **said)
        missed = _MISSED.get(event.kind)
        if missed:
            work.keep(missed, heard.id, event.task_id)
    if isinstance(event, TaskUrged):
        work.keep("urged", heard.id, event.task_id, urged_at=event.at)


def _open(work: Work, heard: Heard, task_id: str, deadlines: Iterable[OpenDeadline]) -> None:
    """The tightest clock of those that are open (最紧的时限): of those that run, else of those that stand still."""
    _due(work, heard, task_id, min(deadlines, key=lambda each: (each.stopped, each.due_at, each.kind), default=None))


def _due(work: Work, heard: Heard, task_id: str, tightest: OpenDeadline | None) -> None:
    said = {
        "due_kind": tightest.kind if tightest else "",
        "due_at": tightest.due_at if tightest else None,
        "due_on": last_day(tightest.due_at) if tightest else None,
        "due_stopped": tightest.stopped if tightest else False,
    }
    work.keep("due", heard.id, task_id, **said)


def _name(work: Work, heard: Heard, event: TaskEvent) -> None:
    """Every event of a task says whose it is and where."""
    work.keep(
        "task",
        heard.id,
        event.task_id,
        id_type=event.subject.id_type,
        id_no=event.subject.id_no,
        subject_kind=event.subject.kind,
        subject_name=event.subject.name,
        object_no=event.object.object_no,
        object_name=event.object.name,
        object_address=event.object.address,
        region=event.region,
        department=event.department,
    )


def _made(work: Work, heard: Heard, event: TaskCreated) -> None:
    work.keep(
        "made",
        heard.id,
        event.task_id,
        source_system=event.source_system,
        case_id=event.case_id,
        method=event.method,
        purpose=event.purpose,
        relation=event.relation,
        link_code=event.link_code,
        draw_no=event.draw_no,
        ad_hoc=event.ad_hoc,
        created_at=event.created_at,
    )


def _state_after(event: TaskEvent) -> State | None:
    if isinstance(event, InspectionConcluded):
        return State.CLOSED if event.close_reason else State.INSPECTING
    return _LEADS.get(type(event))


def _at(heard: Heard, event: TaskEvent) -> datetime | None:
    at: datetime | None = getattr(event, "at", None)
    return at or heard.told_at
