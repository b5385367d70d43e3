"""What the services listen to is what the topology says, no more and no less."""

from importlib import import_module
from typing import Any

import pytest

from contracts.audit import AuditSealed
from contracts.topology import INTAKE, LISTENS


def subscribed(service: str) -> dict[str, set[type]]:
    """Stream → what the service's consumers handle."""
    subscriptions = import_module(f"{service}.consumers").subscriptions
    wiring: list[Any] = [None] * (2 if service in INTAKE else 1)
    return {found.stream: set(found.reads) for found in subscriptions(*wiring)}


@pytest.mark.parametrize("service", sorted(LISTENS))
def test_a_service_handles_exactly_the_events_its_durables_select(service: str) -> None:
    found = subscribed(service)
    assert (found.pop("INTAKE", None) is not None) == (service in INTAKE)
    wanted = {stream: set(events) for stream, events in LISTENS[service].items()}
    said = {stream: {e for e in events if not issubclass(e, AuditSealed)} for stream, events in wanted.items()}
    assert found == {stream: events for stream, events in said.items() if events}, "the chassis keeps heads by itself"


@pytest.mark.parametrize("service", sorted(LISTENS))
def test_every_service_hears_the_audit_heads_of_all_others(service: str) -> None:
    heard = {event for events in LISTENS[service].values() for event in events if issubclass(event, AuditSealed)}
    assert {event.fact for event in heard} == {f"{other}.audit.sealed" for other in LISTENS if other != service}
