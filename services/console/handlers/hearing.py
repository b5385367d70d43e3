"""Hearing (收听): every event leaves its line in the trace, and what it says of cases, tasks, subjects, the calendar is kept."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from console.handlers import cases, names, subjects, tasks
from console.ports import Heard, Work
from contracts.approval import CaseDecided, ItemListed
from contracts.calendar import CalendarChanged
from contracts.credit import CreditEvent
from contracts.directory import DirectoryChanged
from contracts.event import Event, speaker
from contracts.feedback import FeedbackRaised
from contracts.supervision import ApprovalUnmatched, TaskEvent

_TRACE_ID = 2
"""Part of a traceparent."""
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def hear(work: Work, heard: Heard) -> None:
    """Keep what one event says."""
    event = heard.message
    _trace(work, heard, event)
    for kind, said in _SAID:
        if isinstance(event, kind):
            said(work, heard, event)


def _trace(work: Work, heard: Heard, event: Event) -> None:
    subject = event.holder
    about = getattr(event, "object", None)
    headers = heard.headers
    traceparent = headers.get("traceparent", "").split("-")
    work.trace(
        event_id=heard.id,
        service=speaker(type(event)),
        fact=event.fact,
        at=heard.told_at or _NEVER,
        source_system=event.source_system,
        aggregate=event.aggregate,
        case_ref=unquote(headers.get("ce-correlationid", "")),
        task_id=str(getattr(event, "task_id", "")),
        subject_ref=f"{subject.id_type}:{subject.id_no}",
        object_ref=f"{event.source_system}:{about.object_no}" if about else "",
        cause=headers.get("ce-causationid", ""),
        trace=traceparent[1] if len(traceparent) > _TRACE_ID else "",
        region=event.region,
        department=str(getattr(event, "department", "")),
        payload=heard.payload,
    )


_SAID: tuple[tuple[type[Event], Callable[[Work, Heard, Any], None]], ...] = (
    (CaseDecided, cases.decided),
    (ApprovalUnmatched, cases.unmatched),
    (TaskEvent, tasks.told),
    (FeedbackRaised, tasks.fed_back),
    (CreditEvent, subjects.told),
    (DirectoryChanged, names.directory),
    (ItemListed, names.item),
    (CalendarChanged, lambda work, _heard, event: work.calendar_year(event.calendar_year)),
)
"""Kind of event → what it says; a kind stands for all that are made from it."""
