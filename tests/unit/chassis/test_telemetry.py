"""The trace of whoever told an event goes on in what follows from it, whether spans are collected or not."""

import pytest
from opentelemetry import trace

from chassis import telemetry
from chassis.telemetry import continued, current_traceparent

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SENT = f"00-{TRACE}-{SPAN}-01"


def test_without_a_collector_the_senders_own_span_goes_on() -> None:
    with continued(SENT, "x"):
        assert current_traceparent() == SENT
    assert current_traceparent() == ""


@pytest.mark.parametrize(
    "other",
    [
        "",
        "nonsense",
        f"00-{TRACE}",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{'x' * 32}-{SPAN}-01",
        f"ff-{TRACE}-{SPAN}-01",
    ],
)
def test_what_is_no_trace_is_not_gone_on_with(other: str) -> None:
    with continued(other, "x"):
        assert TRACE not in current_traceparent()


def test_with_a_collector_a_span_of_its_own_continues_the_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry, "_collected", True)
    with continued(SENT, "x"):
        assert trace.get_current_span().get_span_context().trace_id == int(TRACE, 16)


def test_an_error_inside_leaves_nothing_behind() -> None:
    with pytest.raises(LookupError), continued(SENT, "x"):
        raise LookupError
    assert current_traceparent() == ""
