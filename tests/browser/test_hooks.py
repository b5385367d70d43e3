"""A system subscribes, is sent what happens, falls over, is resumed and sent what it lost, without JavaScript."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pytest

from tests.browser.conftest import DEPARTMENT, PATIENCE, PHONE, SHOTS, MakeTask, Visit, be
from tests.outside import outside

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def until(page: Any, there: Callable[[], bool]) -> None:
    """Open the page again until it is so."""
    end = monotonic() + PATIENCE
    while not there():
        assert monotonic() < end, page.locator("main").inner_text()
        sleep(0.3)
        page.reload()


def do(page: Any, act: str, **fields: str) -> None:
    """One of the actions, with a reason."""
    place = page.locator("main details", has=page.locator("summary", has_text=act))
    place.locator("summary").click()
    for name, said in fields.items():
        place.locator(f"[name={name}]").fill(said)
    place.get_by_label("理由").fill("对方要求")
    place.get_by_role("button").click()


def test_a_system_gets_what_it_subscribes_to_and_what_it_lost(visit: Visit, a_task: MakeTask) -> None:
    name = f"市场监管局系统 {uuid4().hex[:6]}"
    page = visit("/sign-in", viewport=PHONE, java_script_enabled=False)
    be(page, "SECURITY_ADMIN")
    page.goto("/admin/keys")
    page.get_by_role("link", name="推送订阅").click()
    page.get_by_role("link", name="监管", exact=True).click()
    with outside() as receiver:
        page.locator("summary", has_text="添加订阅").click()
        page.get_by_label("给哪个系统").fill(name)
        page.get_by_label("部门编码").fill(DEPARTMENT)
        page.get_by_label("接收地址").fill("https://10.0.0.8/facts")
        page.get_by_label("事件").select_option("supervision.task.created")
        page.get_by_role("button", name="添加", exact=True).click()
        assert "SHENGUAN_HOOK_INSIDE" in page.locator("[role=alert]").inner_text()
        page.get_by_label("接收地址").fill(receiver.url)
        page.get_by_role("button", name="添加", exact=True).click()
        receiver.secret = page.locator("#secret").inner_text()
        task = a_task()
        page.get_by_role("link", name=name).click()
        until(page, lambda: page.locator("#tries").count() == 1)
        assert "已送达" in page.locator("#tries").inner_text()
        assert task in [body["data"]["task_id"] for _, body in receiver.taken]
        assert {body["data"]["department"] for _, body in receiver.taken} == {DEPARTMENT}
        do(page, "暂停")
        assert "已暂停" in page.locator("main").inner_text()
        before = len(receiver.taken)
        a_task()
        until(page, lambda: page.locator("dt:text-is('待推送') + dd").inner_text() != "0")
        receiver.answers, receiver.says = [422], b"unknown field"
        do(page, "恢复")
        until(page, lambda: len(receiver.taken) > before)
        assert "unknown field" in page.locator("#tries").inner_text()
        event = receiver.ids[0]
        do(page, "重新推送", event_id=event)
        until(page, lambda: receiver.ids.count(event) == 2)
        until(page, lambda: "重新推送" in page.locator("#tries").inner_text())
        page.screenshot(path=SHOTS / "journeys" / "hooks.png", full_page=True)
        do(page, "终止")
        assert "已终止" in page.locator("main").inner_text()
        assert page.locator("main details").count() == 0
