"""Rehearsing webhooks (演练签名回调): the message around a statement is read as the routes of the services read it."""

from collections.abc import Callable
from typing import Any

import msgspec

from chassis.edge.json_shape import require_sound
from chassis.ndjson import DEEPEST, decoded
from chassis.webhooks.inside import in_data
from contracts.event import Instant
from kernel.refusal import Fault, malformed


class _Message(msgspec.Struct, forbid_unknown_fields=True):
    type: str
    timestamp: Instant
    data: msgspec.Raw


_messages = msgspec.json.Decoder(_Message)


def told(body: bytes, kind: str, take: Callable[[bytes], tuple[int, dict[str, Any]]]) -> tuple[int, dict[str, Any]]:
    """What ``take`` answers to the statement inside; the signature is the matter of whoever asks.

    Raises:
        Refusal: ``invalid-content`` for the message, or what ``take`` refuses, its pointers below ``/data``.
    """
    require_sound(body, DEEPEST)
    message = decoded(_messages, body)
    if message.type != kind:
        raise malformed([Fault(pointer="/type", zh=f"应为 {kind}", en=f"must be {kind}")])
    with in_data():
        return take(bytes(message.data))
