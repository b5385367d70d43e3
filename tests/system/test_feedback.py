"""Feedback travels back: supervision asks, the approver revokes, supervision cancels; who is late is told."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from time import monotonic
from typing import Any

import httpx
import pytest

from ops.reconcile_command import reconciled
from ops.replay.sender import Sender
from ops.stack import Stack
from tests.journey import CASE, LICENCE, SOURCE, _furnish, _page, bare_environment, until

pytestmark = pytest.mark.servers

ASKED = {"reason": "多次检查不合格", "legal_basis": "食品安全法第122条", "by": "officer-1"}
REVOKED = CASE | {"case_id": "JOURNEY-CASE-2", "kind": "REVOKE"}
PROGRESS = f"/api/v1/cases/{SOURCE}/{CASE['case_id']}/progress"


@pytest.fixture
async def stack() -> AsyncIterator[Stack]:
    async with Stack.open(temporary=True, environment=bare_environment()) as stack:
        yield stack


async def claimed(supervision: httpx.AsyncClient) -> str:
    """The path of the task, claimed."""
    (task,) = await until(lambda: _page(supervision, "/api/v1/tasks", source_system=SOURCE, object_no=LICENCE))
    path = f"/api/v1/tasks/{task['task_id']}"
    (await supervision.post(f"{path}:claim", json={"inspector": "officer-1"})).raise_for_status()
    return path


async def raised(approval: httpx.AsyncClient, supervision: httpx.AsyncClient, task: str, kind: str) -> dict[str, Any]:
    """A feedback as the approver knows it."""
    answer = await supervision.post(f"{task}:feedback", json=ASKED | {"kind": kind})
    assert (answer.status_code, answer.json()["duplicate"]) == (201, False), answer.text
    again = await supervision.post(f"{task}:feedback", json=ASKED | {"kind": kind})
    assert (again.status_code, again.json()["feedback_id"]) == (200, answer.json()["feedback_id"])
    address = f"/api/v1/feedback/{answer.json()['feedback_id']}"

    async def arrived() -> dict[str, Any] | None:
        found = await approval.get(address)
        known: dict[str, Any] | None = found.json() if found.is_success else None
        return known

    return await until(arrived)


async def test_a_feedback_is_answered_with_a_decision_that_cancels_the_task(stack: Stack) -> None:
    async with AsyncExitStack() as leaving:
        approval, supervision = [
            await leaving.enter_async_context(
                httpx.AsyncClient(base_url=stack.urls[name], headers=stack.headers(), timeout=30, trust_env=False)
            )
            for name in ("approval", "supervision")
        ]
        await _furnish(approval, supervision)
        (await approval.post("/api/v1/cases", json=CASE)).raise_for_status()
        task = await claimed(supervision)
        restrict, revoke = [await raised(approval, supervision, task, kind) for kind in ("RESTRICT", "REVOKE")]
        assert (revoke["state"], revoke["case_id"], revoke["deadline"]["kind"]) == ("OPEN", CASE["case_id"], "ANSWER")

        address = f"/api/v1/feedback/{revoke['feedback_id']}:answer"
        refused = await approval.post(address, json={"accepted": False, "by": "lia-1"})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason")
        accepted = {"accepted": True, "reason": "同意吊销", "by": "lia-1", "case": REVOKED}
        answer = await approval.post(address, json=accepted)
        assert (answer.status_code, answer.json()["decision_case_id"]) == (201, "JOURNEY-CASE-2"), answer.text
        assert (await approval.post(address, json=accepted)).status_code == 200

        async def ended() -> Any:
            shown = (await supervision.get(task)).json()
            known = {one["kind"]: one["accepted"] for one in shown["feedback"]}
            return shown["state"] == "CANCELLED" and known == {"RESTRICT": None, "REVOKE": True}

        await until(ended)

        async def told() -> Any:
            shown = (await approval.get(PROGRESS)).json()
            return shown["tasks"][0] if shown["tasks"] and shown["tasks"][0]["cancelled"] else None

        seen = await until(told)
        assert (seen["claimed"]["by"], seen["cancelled"]["case_id"]) == ("officer-1", "JOURNEY-CASE-2")
        shown = (await approval.get(PROGRESS)).json()
        assert [(one["kind"], one["state"]) for one in shown["feedback"]] == [
            ("RESTRICT", "OPEN"),
            ("REVOKE", "ANSWERED"),
        ]

        moved = {"now": f"{restrict['due_on']}T16:00:00Z"}
        (await approval.post("/ops/v1/clock", json=moved)).raise_for_status()

        async def late() -> Any:
            found = await _page(supervision, "/api/v1/feedback", source_system=SOURCE)
            return [one["kind"] for one in found if one["overdue_since"]]

        assert await until(late) == ["RESTRICT"]
        clock = (await approval.get(f"/api/v1/feedback/{restrict['feedback_id']}")).json()["deadline"]
        assert [step["step"] for step in clock["steps"]] == ["HALF", "BEFORE", "YELLOW"]
    async with Sender(stack.urls, stack.headers()) as sender:
        outcome = await reconciled(sender, stack.nats_url, None, lambda _: None, monotonic())
    assert (outcome.lost, outcome.duplicated, outcome.figures["dead_letters"]) == ((), (), 0)
