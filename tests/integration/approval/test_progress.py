"""The approver's view: what supervision tells of a case is found at the case, also when another case ended its task."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from nats.aio.client import Client

from contracts.event import Event
from contracts.supervision import TaskCancelled, TaskClaimed
from kernel.decision import DecisionKind
from tests.fakes.approval import NOW, a_task_created, a_task_event, an_unmatched
from tests.integration.approval.conftest import Until, a_case_body, is_problem
from tests.keys import seal

pytestmark = pytest.mark.servers


@pytest.fixture
def tell(broker: Client) -> Callable[[Event], Any]:
    """Say an event as supervision would."""

    async def said(event: Event) -> None:
        sealed = seal(event, service="supervision", region="640202", now=datetime.now(UTC), cause=None, traceparent="")
        await broker.jetstream().publish(sealed.subject, sealed.payload, headers=sealed.headers)

    return said


async def test_a_case_shows_what_came_of_it(
    http: httpx.AsyncClient, tell: Callable[[Event], Any], until: Until
) -> None:
    case, task = f"seen/{uuid4().hex}", str(uuid4())
    address = f"/api/v1/cases/unit/{case}/progress"
    assert is_problem(await http.get(address), "not-found")
    answer = await http.post("/api/v1/cases", json=a_case_body(case, source_system="unit"))
    assert answer.status_code == 201
    assert (await http.get(address)).json()["tasks"] == []
    cancelled = a_task_event(task, f"{case}-end", reason=DecisionKind.REVOKE, cancelled_at=NOW)
    await tell(TaskCancelled(**cancelled))
    await tell(a_task_created(task, case, created_at=datetime(2026, 2, 1, tzinfo=UTC)))
    claimed = a_task_event(task, case, claimed_by="p-1", claimed_at=datetime(2026, 2, 2, tzinfo=UTC))
    await tell(TaskClaimed(**claimed))
    await tell(an_unmatched(case))

    async def whole() -> Any:
        shown = (await http.get(address)).json()
        (found,) = shown["tasks"] or [{}]
        return shown if found.get("claimed") and found["cancelled"] and shown["unmatched_at"] else None

    shown = await until(whole)
    (found,) = shown["tasks"]
    assert (found["step"], found["claimed"]["by"], found["cancelled"]["case_id"]) == ("CANCELLED", "p-1", f"{case}-end")
    assert (found["pushed"]["at"], found["pushed"]["link_code"]) == ("2026-02-01T00:00:00Z", "FOOD")
