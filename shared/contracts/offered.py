"""Offered (可订阅的事件): what systems outside may subscribe to: every event but the house's own business."""

from contracts import apikey, audit, directory
from contracts.event import Event
from contracts.topology import told_by

_OWN = frozenset({*audit.EVENTS, *apikey.EVENTS, directory.DirectoryChanged})
"""Heads of the audit chain, hashes of keys, who works where."""


def offered(service: str) -> dict[str, type[Event]]:
    """Fact → event, of those a service tells."""
    return {event.fact: event for event in told_by(service) if event not in _OWN}
