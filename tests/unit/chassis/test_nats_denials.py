"""What NATS refuses is told as a security event, and is no server that is merely away."""

from collections.abc import MutableMapping
from typing import Any

import pytest
from nats.errors import Error as NatsError
from structlog.testing import capture_logs

from chassis.nats_denials import Denials

PUBLISH = NatsError('nats: permissions violation for publish to "shenguan.credit.x"')
SUBSCRIBE = NatsError('nats: permissions violation for subscription to "shenguan.>"')
CONNECT = NatsError("nats: 'Authorization Violation'")


class Watch:
    def __init__(self) -> None:
        self.shows = 100.0

    def __call__(self) -> float:
        return self.shows


def told(denials: Denials, *errors: Exception) -> list[MutableMapping[str, Any]]:
    with capture_logs() as logs:
        for error in errors:
            assert denials.noted(error)
    return logs


def test_every_kind_of_refusal_is_told_with_what_was_tried() -> None:
    logs = told(Denials(), PUBLISH, SUBSCRIBE, CONNECT)
    assert [(line["event"], line["act"], line["subject"]) for line in logs] == [
        ("security.nats-refused", "publish", "shenguan.credit.x"),
        ("security.nats-refused", "subscription", "shenguan.>"),
        ("security.nats-refused", "connect", ""),
    ]


def test_what_is_tried_again_and_again_is_told_once_a_minute() -> None:
    watch = Watch()
    denials = Denials(watch)
    assert len(told(denials, PUBLISH, PUBLISH, SUBSCRIBE)) == 2
    watch.shows += 59
    assert told(denials, PUBLISH) == []
    watch.shows += 2
    assert len(told(denials, PUBLISH)) == 1


def test_a_denial_stands_as_long_as_it_is_repeated_and_a_minute_more() -> None:
    watch = Watch()
    denials = Denials(watch)
    assert not denials.standing
    for _ in range(4):
        told(denials, PUBLISH)
        watch.shows += 45
        assert denials.standing
    watch.shows += 16
    assert not denials.standing


def test_many_subjects_do_not_fill_the_memory() -> None:
    denials = Denials()
    told(denials, *(NatsError(f'nats: permissions violation for publish to "a.{n}"') for n in range(2500)))
    assert len(denials._told) <= 1000


@pytest.mark.parametrize("error", [TimeoutError(), NatsError("nats: stale connection"), ConnectionResetError("reset")])
def test_a_server_that_is_away_refuses_nothing(error: Exception) -> None:
    denials = Denials()
    assert not denials.noted(error)
    assert not denials.standing
