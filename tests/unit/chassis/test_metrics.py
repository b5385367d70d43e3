"""What is read is told with its labels; what was not read for a minute is not told any more."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from chassis import metrics, telemetry
from chassis.metrics import LAG, OF_EVERY_SERVICE, OUTBOX_AGE, PUBLISHED, Metrics, Reading, of_status

STATUS = {
    **dict.fromkeys(("outbox_pending", "outbox_isolated", "dead_letters", "waiting", "due", "notices_due"), 0),
    "outbox_age": 1.5,
    "durables": [
        {"stream": "APPROVAL", "pending": 3, "ack_pending": 2},
        {"stream": "CREDIT", "pending": -1, "ack_pending": -1},
    ],
}
Told = dict[tuple[str, tuple[tuple[str, object], ...]], float]


def told(reader: InMemoryMetricReader) -> Told:
    """(name, labels) → number."""
    data = reader.get_metrics_data()
    if data is None:
        return {}
    found: Told = {}
    for metric in data.resource_metrics[0].scope_metrics[0].metrics:
        for point in metric.data.data_points:
            value = getattr(point, "value", None)
            found[metric.name, tuple(sorted((point.attributes or {}).items()))] = (
                point.count if value is None else value  # type: ignore[union-attr] # of a histogram: how many
            )
    return found


async def test_the_status_of_a_service_is_told_with_how_far_it_is_behind() -> None:
    reader = InMemoryMetricReader()
    meter = MeterProvider([reader]).get_meter("unit")
    published = {"b": 1, "a": 2}

    async def read() -> Sequence[Reading]:
        return of_status(STATUS)

    running = asyncio.create_task(Metrics(OF_EVERY_SERVICE, [PUBLISHED(lambda: published)], read, meter).run())
    await asyncio.sleep(0.05)
    running.cancel()
    found = told(reader)
    assert found[OUTBOX_AGE.name, ()] == 1.5
    assert found[LAG.name, (("stream", "APPROVAL"),)] == 5
    assert found[LAG.name, (("stream", "CREDIT"),)] == -1
    assert found["shenguan.events.published", (("type", "a"),)] == 2
    assert {name for name, _ in found} == {gauge.name for gauge in OF_EVERY_SERVICE} | {"shenguan.events.published"}


async def test_what_cannot_be_read_any_more_is_not_told_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = InMemoryMetricReader()
    monkeypatch.setattr(metrics, "EVERY", 0.01)
    away = False

    async def read() -> Sequence[Reading]:
        if away:
            raise ConnectionError
        return [OUTBOX_AGE.shows(7)]

    running = asyncio.create_task(Metrics([OUTBOX_AGE], [], read, MeterProvider([reader]).get_meter("unit")).run())
    await asyncio.sleep(0.05)
    away = True
    assert told(reader) == {(OUTBOX_AGE.name, ()): 7}
    monkeypatch.setattr(metrics, "_STALE", 0.0)
    assert told(reader) == {}
    monkeypatch.setattr(metrics, "_STALE", 60.0)
    away = False
    await asyncio.sleep(0.05)
    assert told(reader) == {(OUTBOX_AGE.name, ()): 7}
    running.cancel()


async def test_requests_are_timed_by_route_and_nobody_makes_up_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = InMemoryMetricReader()
    monkeypatch.setattr("chassis.telemetry.metrics.get_meter", MeterProvider([reader]).get_meter)
    monkeypatch.setattr(telemetry, "_measured", True)
    app = FastAPI()

    @app.get("/cases/{case}")
    async def one(case: str) -> str:
        if case == "bad":
            raise LookupError
        return case

    telemetry.observe_requests(app)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://unit") as http:
        for path in ("/cases/1", "/cases/2", "/cases/bad", "/nobody/serves/this"):
            await http.get(path)
    name = "http.server.request.duration"
    assert told(reader) == {
        (name, labels): count
        for count, labels in (
            (2, (("http.request.method", "GET"), ("http.response.status_code", 200), ("http.route", "/cases/{case}"))),
            (1, (("http.request.method", "GET"), ("http.response.status_code", 500), ("http.route", "/cases/{case}"))),
            (1, (("http.request.method", "GET"), ("http.response.status_code", 404), ("http.route", ""))),
        )
    }


async def test_a_stream_is_timed_until_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = InMemoryMetricReader()
    monkeypatch.setattr("chassis.telemetry.metrics.get_meter", MeterProvider([reader]).get_meter)
    monkeypatch.setattr(telemetry, "_measured", True)
    app = FastAPI()

    async def said() -> AsyncIterator[str]:
        await asyncio.sleep(0.4)
        yield "data: a\n\n"

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(said(), media_type="text/event-stream")

    @app.get("/page")
    async def page() -> StreamingResponse:
        return StreamingResponse(said(), media_type="text/html")

    telemetry.observe_requests(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://unit") as http:
        for path in ("/stream", "/page"):
            assert (await http.get(path)).is_success
    data = reader.get_metrics_data()
    assert data is not None
    points = data.resource_metrics[0].scope_metrics[0].metrics[0].data.data_points
    took = {(point.attributes or {})["http.route"]: point.sum for point in points}  # type: ignore[union-attr]
    assert took["/stream"] < 0.4 <= took["/page"]
