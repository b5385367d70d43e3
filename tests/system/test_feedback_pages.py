"""The approver answers what supervision asks, on the pages, without a script: refused, and accepted with a decision."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from kernel.role import Role
from ops.issuer import Issuer
from ops.stack import Stack
from tests.integration.console.conftest import SAME, form_token
from tests.journey import LICENCE, SOURCE, TODAY, WHOLE, bare_environment, journey, until

pytestmark = pytest.mark.servers


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Stack]:
    environment = bare_environment() | {"SHENGUAN_CONSOLE_TOKEN_SIGN_IN": "true"}
    async with Stack.open(folder / "state", environment=environment, usual_ports=False) as stack:
        assert await journey(stack.urls, stack.nats_url, stack.headers()) == WHOLE
        yield stack


async def raised(stack: Stack, kind: str) -> str:
    """Supervision asks, and approval has heard it: the number of the feedback."""
    async with httpx.AsyncClient(headers=stack.headers(), trust_env=False, timeout=30) as client:
        tasks = await client.get(f"{stack.urls['supervision']}/api/v1/tasks", params={"source_system": SOURCE})
        task = next(each["task_id"] for each in tasks.json()["items"] if each["object_no"] == LICENCE)
        said = {"kind": kind, "reason": "复查仍不合格", "legal_basis": "食品安全法", "by": "officer-1"}
        asked = await client.post(f"{stack.urls['supervision']}/api/v1/tasks/{task}:feedback", json=said)
        number = str(asked.raise_for_status().json()["feedback_id"])
        await until(partial(_heard, client, f"{stack.urls['approval']}/api/v1/feedback/{number}"))
    return number


async def _heard(client: httpx.AsyncClient, url: str) -> bool:
    return (await client.get(url)).status_code == httpx.codes.OK


async def answered(browser: httpx.AsyncClient, number: str, verb: str, **typed: str) -> httpx.Response:
    shown = await browser.get(f"/feedback/{number}")
    assert shown.status_code == httpx.codes.OK, shown.text
    once = re.findall(r'name="once" value="([^"]+)"', shown.text)[0]
    form = {"form": form_token(shown.text), "once": once} | typed
    return await browser.post(f"/feedback/{number}/{verb}", data=form, headers=SAME)


@pytest.mark.timeout(300)
async def test_the_approver_answers_on_the_pages(tmp_path: Path) -> None:
    async with opened(tmp_path) as stack:
        token = Issuer(stack.state).token("approver-1", kind="PERSON", roles=[Role.APPROVER], departments=["DEMO-FOOD"])
        known: dict[str, Any] = {"base_url": stack.urls["console"], "trust_env": False, "timeout": 60}
        async with httpx.AsyncClient(follow_redirects=True, **known) as browser:
            refused = await raised(stack, "CHANGE")
            data = {"token": token, "next": "/feedback"}
            listed = await browser.post("/sign-in/token", data=data, headers=SAME)
            assert f"/feedback/{refused}" in listed.text
            assert "请变更" in listed.text
            without = await answered(browser, refused, "refuse")
            assert (without.status_code, "不采纳须写明理由" in without.text) == (422, True), without.text
            done = await answered(browser, refused, "refuse", reason="已在办理变更")
            assert (done.status_code, "已在办理变更" in done.text, "approver-1" in done.text) == (200, True, True)

            accepted = await raised(stack, "REVOKE")
            decision = {"kind": "REVOKE", "case_id": "JOURNEY-CASE-2", "item_code": "JOURNEY", "decided_on": TODAY}
            typed = decision | {"by_deceit": "no", "reason": "属实"}
            faulty = await answered(browser, accepted, "accept", **typed | {"case_id": ""})
            assert (faulty.status_code, "/case/case_id" in faulty.text) == (422, True), faulty.text
            done = await answered(browser, accepted, "accept", **typed)
            assert (done.status_code, "JOURNEY-CASE-2" in done.text) == (200, True), done.text
            assert "没有待答复的反馈" in (await browser.get("/feedback")).text
            case = f"/cases/{SOURCE}/JOURNEY-CASE-2"
            await until(partial(_heard, browser, case))
            assert "吊销" in (await browser.get(case)).text
