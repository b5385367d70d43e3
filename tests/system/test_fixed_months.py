"""A month on a whole stack: provisional, fixed on the page or by itself, and left alone when the read model is rebuilt."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from kernel.clock import china_day
from kernel.reckoning import months_after, start_of
from kernel.role import Role
from ops.issuer import Issuer, signed_in
from ops.stack import Stack
from tests.integration.console.conftest import SAME, form_token
from tests.journey import WHOLE, bare_environment, journey
from tests.system.test_read_model import commanded, settled

pytestmark = pytest.mark.servers

REPORT = "/api/v1/board/report"


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    environment = bare_environment() | {"SHENGUAN_CONSOLE_TOKEN_SIGN_IN": "true"}
    async with Stack.open(tmp_path / "state", environment=environment, usual_ports=False) as opened:
        assert await journey(opened.urls, opened.nats_url, opened.headers()) == WHOLE
        await settled(opened)
        yield opened


def office(stack: Stack) -> str:
    return Issuer(stack.state).token("office-1", kind="PERSON", roles=[Role.LINKAGE_OFFICE], departments=["*"])


async def report(stack: Stack, month: date, **said: str) -> dict[str, Any]:
    async with httpx.AsyncClient(headers=signed_in(office(stack)), trust_env=False, timeout=30) as client:
        answer = await client.get(stack.urls["console"] + REPORT, params={"month": f"{month:%Y-%m}"} | said)
    told: dict[str, Any] = answer.raise_for_status().json()
    return told


async def move(stack: Stack, day: date) -> None:
    """To ten in the morning of a day, in China."""
    at = start_of(day) + timedelta(hours=10)
    async with httpx.AsyncClient(headers=stack.headers(), trust_env=False, timeout=30) as client:
        for url in stack.urls.values():
            (await client.post(f"{url}/ops/v1/clock", json={"now": at.isoformat()})).raise_for_status()


async def fixed_on_the_page(stack: Stack, month: date) -> str:
    """What the linkage office does: open the month, tick, press; answers the page it comes back to."""
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True, timeout=60) as browser:
        console = stack.urls["console"]
        page = await browser.post(
            f"{console}/sign-in/token",
            data={"token": office(stack), "next": f"/board/report?month={month:%Y-%m}"},
            headers=SAME,
        )
        assert "暂计" in page.text, page.text
        typed = {"form": form_token(page.text), "month": f"{month:%Y-%m}", "reason": "已核对"}
        refused = await browser.post(f"{console}/board/report/fix", data=typed, headers=SAME)
        assert (refused.status_code, "请先勾选" in refused.text) == (422, True), refused.text
        done = await browser.post(f"{console}/board/report/fix", data=typed | {"sure": "yes"}, headers=SAME)
        assert done.status_code == 200, done.text
        again = await browser.post(f"{console}/board/report/fix", data=typed | {"sure": "yes"}, headers=SAME)
        assert (again.status_code, "不能再次定格" in again.text) == (409, True), again.text
        return done.text


@pytest.mark.timeout(400)
async def test_a_month_is_fixed_on_the_page_and_a_rebuild_leaves_it_alone(stack: Stack) -> None:
    month = china_day(datetime.now(UTC)).replace(day=1)
    assert (await report(stack, month))["standing"] == "RUNNING"
    code, _, told = await commanded(stack, "fix", "--month", f"{month:%Y-%m}", "--by", "office-1")
    assert (code, "month-not-over" in told or "还没有结束" in told) == (1, True), told
    await move(stack, months_after(month, 1))
    before = await report(stack, month)
    assert (before["standing"], before["total"]["received"]) == ("PROVISIONAL", 1)
    page = await fixed_on_the_page(stack, month)
    assert "定格于" in page
    assert "office-1" in page
    _, digest, _ = await commanded(stack, "rebuild", "--digest")

    database = await asyncpg.connect(stack.superuser_urls["console"])
    await database.execute("UPDATE task_line SET department = 'OTHER'")
    after = await report(stack, month)
    assert (after["departments"], after["fixed"]["intact"]) == (before["departments"], True)
    assert {change["department"] for change in after["changes"]} == {"DEMO-FOOD", "OTHER"}

    code, rebuilt, _ = await commanded(stack, "rebuild")
    assert (code, rebuilt["sha256"]) == (0, digest["sha256"])
    again = await report(stack, month)
    assert (again["fixed"], again["departments"], again["changes"]) == (after["fixed"], after["departments"], [])
    kept = await database.fetch("SELECT principal, result FROM audit_entry WHERE action LIKE '%:fix' ORDER BY id")
    assert [tuple(each) for each in kept] == [
        ("shenguan-commands", "REFUSED"),
        ("office-1", "DONE"),
        ("office-1", "REFUSED"),
    ]
    await database.close()


@pytest.mark.timeout(400)
async def test_a_month_is_fixed_by_itself_when_late_data_counts_no_more(stack: Stack) -> None:
    month = china_day(datetime.now(UTC)).replace(day=1)
    before = await report(stack, month)
    await move(stack, date.fromisoformat(before["late_until"]))
    assert (await report(stack, month))["standing"] == "PROVISIONAL"
    await move(stack, date.fromisoformat(before["late_until"]) + timedelta(days=1))
    async with asyncio.timeout(60):
        while (told := await report(stack, month))["standing"] != "FIXED":  # noqa: ASYNC110 - another process does it
            await asyncio.sleep(0.2)
    assert (told["fixed"]["by"], told["fixed"]["intact"], told["total"]["received"]) == (None, True, 1)
    code, said, shown = await commanded(stack, "report", "--month", f"{month:%Y-%m}")
    assert (code, said["fixed"]["sha256"]) == (0, told["fixed"]["sha256"]), shown
    await settled(stack)
