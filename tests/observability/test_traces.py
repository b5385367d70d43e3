"""One trace from the HTTP request to the console: its id is in the exported spans of all four services."""

import asyncio
from time import monotonic

import pytest

from ops.services import service_names
from tests.journey import PATIENCE, WHOLE, journey
from tests.observability.collector import collecting
from tests.observability.stand import told

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]
SERVICES = {f"shenguan-{name}" for name in service_names()}


async def test_one_trace_id_is_found_in_the_spans_of_all_four_services() -> None:
    with collecting() as collector:
        async with told({"SHENGUAN_OTLP_ENDPOINT": collector.url}) as standing:
            stack = standing.stack
            assert await journey(stack.urls, stack.nats_url, stack.headers()) == WHOLE
            until = monotonic() + PATIENCE
            while not any(services == SERVICES for services in collector.traces.values()):
                assert monotonic() < until, collector.traces
                await asyncio.sleep(0.5)
            while {name for name, told in collector.numbers.items() if "shenguan.outbox.pending" in told} != SERVICES:
                assert monotonic() < until, collector.numbers
                await asyncio.sleep(0.5)
            while {service for service, _, said in collector.lines if "service.started" in said} != SERVICES:
                assert monotonic() < until, collector.lines
                await asyncio.sleep(0.5)
