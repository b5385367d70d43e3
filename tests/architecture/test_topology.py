"""What the services listen to is what the topology says, no more and no less."""

from importlib import import_module
from typing import Any

import pytest

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
    assert found == {stream: set(events) for stream, events in LISTENS[service].items()}
