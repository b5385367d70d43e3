"""The trace of whoever told an event goes on in what follows from it, whether spans are collected or not."""

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry import trace

from chassis import telemetry
from chassis.telemetry import continued, current_traceparent, observe_requests

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


async def told_inside(headers: dict[str, str]) -> str:
    app = FastAPI()

    @app.get("/trace")
    async def tell() -> str:
        return current_traceparent()

    observe_requests(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://unit") as http:
        said: str = (await http.get("/trace", headers=headers)).json()
    return said


async def test_a_request_goes_on_with_the_callers_trace_in_a_place_of_its_own() -> None:
    _, trace_id, span_id, flags = (await told_inside({"traceparent": SENT})).split("-")
    assert (trace_id, flags) == (TRACE, "00")
    assert span_id != SPAN


@pytest.mark.parametrize("headers", [{}, {"traceparent": "nonsense"}], ids=["none", "no trace"])
async def test_a_request_without_a_trace_begins_one(headers: dict[str, str]) -> None:
    begun = {(await told_inside(headers)).split("-")[1] for _ in range(2)}
    assert len(begun) == 2
    assert all(int(trace_id, 16) for trace_id in begun)
    assert current_traceparent() == ""
