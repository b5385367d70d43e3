"""Envelope (信封): an event with everything its journey needs, CloudEvents 1.0 in NATS binary mode.

The body is the exact JSON that was logged; ``ce-*`` headers carry the rest, so a relay never looks inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

import msgspec
from uuid_utils.compat import uuid7

from contracts.event import Event, cloud_type
from contracts.topology import EVENTS
from contracts.upcast import upcast
from kernel.subject import SubjectKey

_encode = msgspec.json.Encoder().encode
_decoders: dict[str, msgspec.json.Decoder[Event]] = {
    name: msgspec.json.Decoder(event) for name, event in EVENTS.items()
}


class UnreadableError(Exception):
    """The message is not an event this deployment understands (无法识别的事件): no retry can help.

    ``cause`` is ``unknown-type`` or ``unreadable``, ``detail`` says what exactly.
    """

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(f"{cause}: {detail}")
        self.cause = cause
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event ready to be logged and sent. ``subject`` is the NATS subject, ``headers`` are final."""

    id: UUID
    type: str
    subject: str
    aggregate: str
    source_system: str
    headers: dict[str, str]
    payload: bytes


@dataclass(frozen=True, slots=True)
class Cause:
    """What made something happen (起因): written into every event that follows from it."""

    id: str
    correlation: str


def seal(event: Event, *, service: str, region: str, now: datetime, cause: Cause | None, traceparent: str) -> Envelope:
    """Put an event into its envelope.

    Args:
        event: the fact.
        service: who says it.
        region: 区划代码 of the deployment, for ``ce-source``.
        now: the stack's instant, aware.
        cause: the event or request it follows from.
        traceparent: W3C trace context, or empty.
    """
    event_id = uuid7()
    holder = SubjectKey(event.holder.id_type, event.holder.id_no)
    kind = cloud_type(type(event))
    headers = {
        "Nats-Msg-Id": str(event_id),
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-id": str(event_id),
        "ce-source": f"/gov/{region}/{service}",
        "ce-type": kind,
        "ce-subject": quote(event.aggregate, safe=":/-_.~"),
        "ce-time": now.isoformat(),
        "ce-dataschema": f"urn:shenguan:schema:{kind.removeprefix('cn.shenguan.')}",
        "ce-regioncode": event.region,
        "ce-partitionkey": quote(str(holder), safe=":/-_.~"),
        "ce-sourcesystem": quote(event.source_system, safe=":/-_.~"),
        "ce-correlationid": quote((cause and cause.correlation) or event.case or str(event_id), safe=":/-_.~"),
    }
    if cause and cause.id:
        headers["ce-causationid"] = cause.id
    if traceparent:
        headers["traceparent"] = traceparent
    subject = f"shenguan.{event.fact}.v{event.generation}.{event.region}.{holder.partition}"
    return Envelope(event_id, kind, subject, event.aggregate, event.source_system, headers, _encode(event))


@dataclass(frozen=True, slots=True)
class Opened:
    """A received message, read: its id, what it says, what it follows from, and how it came."""

    id: UUID
    message: Any
    source_system: str
    cause: Cause
    subject: str
    headers: Mapping[str, str]
    payload: bytes

    @property
    def traceparent(self) -> str:
        """The sender's trace context, or empty."""
        return self.headers.get("traceparent", "")

    @property
    def told_at(self) -> datetime | None:
        """When the sender told it, or None when it does not say so soundly."""
        try:
            at = datetime.fromisoformat(self.headers.get("ce-time", ""))
        except ValueError:
            return None
        return at if at.tzinfo else None


def open_event(subject: str, headers: Mapping[str, str], payload: bytes) -> Opened:
    """Read a received event.

    Raises:
        UnreadableError: an unknown type or version, a missing header, or a body that does not fit its type.
    """
    try:
        kind, payload_now = upcast(headers.get("ce-type", ""), payload)
    except ValueError as fault:
        raise UnreadableError("unreadable", str(fault)) from fault
    decoder = _decoders.get(kind)
    if decoder is None:
        raise UnreadableError("unknown-type", f"{kind or 'no ce-type header'}")
    try:
        event_id = UUID(headers["ce-id"])
        event = decoder.decode(payload_now)
    except KeyError as fault:
        raise UnreadableError("unreadable", "the header ce-id is missing") from fault
    except (ValueError, RecursionError) as fault:  # msgspec's errors are ValueErrors
        raise UnreadableError("unreadable", str(fault)) from fault
    cause = Cause(id=str(event_id), correlation=unquote(headers.get("ce-correlationid", "")))
    return Opened(event_id, event, event.source_system, cause, subject, headers, payload)
