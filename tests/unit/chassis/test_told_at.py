"""When an event was told: from its header, and nothing when the header is missing or says no instant."""

from datetime import UTC, datetime

import pytest

from chassis.envelope import Opened, open_event, seal
from tests.fakes.approval import NOW, a_grade


def opened(**headers: str | None) -> Opened:
    told = seal(a_grade(), service="credit", region="640202", now=NOW, cause=None, traceparent="")
    changed = told.headers | headers
    return open_event(told.subject, {name: value for name, value in changed.items() if value is not None}, told.payload)


def test_an_event_says_when_it_was_told() -> None:
    assert opened().told_at == NOW == datetime(2026, 3, 1, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize("said", [None, "", "yesterday", "2026-03-01T16:30:00"])
def test_without_a_sound_instant_it_says_none_and_is_read_all_the_same(said: str | None) -> None:
    event = opened(**{"ce-time": said})
    assert event.told_at is None
    assert event.message == a_grade()
