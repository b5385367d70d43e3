"""At the door of a shop: the inspection is signed on the phone, and the network may be away while it is filled in."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PHONE, SHOTS, MakeTask, Visit, be

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

FOOD = "SCJG-03@SCJG"
PHOTO = Path(__file__).parent / "photo.png"
OFFLINE_READY = "navigator.serviceWorker.ready.then(() => new Promise((done) => setTimeout(done, 500)))"


def answer(page: Any) -> None:
    """Every line passes, two officers, and the outcome."""
    page.get_by_role("button", name="其余均选合格").click()
    for code in ("SCJG-02", "SCJG-03"):
        page.locator(f"input[name=inspectors][value={code}]").check()
    page.locator("input[name=result][value=PASS]").check()


def draw(page: Any, signer: str) -> None:
    """A stroke of a finger across the pad."""
    page.locator(f"input[name='sign:{signer}'][value=DRAWN]").check()
    canvas = page.locator(f"[data-sign={signer}] canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 100)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 30 + step * 18, box["y"] + (40 if step % 2 else 110), steps=4)
    page.mouse.up()


def opened(visit: Visit, task: str, **options: Any) -> Any:
    page = visit("/sign-in", viewport=PHONE, **options)
    be(page, "SUPERVISOR", FOOD)
    page.goto(f"/tasks/{task}/visit")
    return page


def test_officer_and_party_sign_on_the_phone_and_the_record_shows_it(visit: Visit, a_task: MakeTask) -> None:
    task = a_task(claimed=True)
    page = opened(visit, task, has_touch=True)
    answer(page)
    draw(page, "officer")
    page.get_by_label("签名人姓名").fill("王示例")
    draw(page, "party")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "visit-signed-phone.png", full_page=True)
    page.get_by_role("button", name="提交检查结果").click()
    page.wait_for_url(f"**/tasks/{task}")
    assert page.locator("h1 + .state").inner_text() == "已办结"
    assert page.locator("img.signature").count() == 2
    assert page.evaluate("document.querySelector('img.signature').decode().then(() => true)")
    assert "王" in page.locator("#found ~ dl").inner_text()
    assert "示例" not in page.locator("#found ~ dl").inner_text()
    page.screenshot(path=SHOTS / "task-signed-phone.png", full_page=True)
    paper = page.request.get(f"/tasks/{task}/papers/RECORD")
    assert (paper.status, paper.headers["x-archival"]) == (200, "PDF/A-2b")
    Path(SHOTS, "record-signed.pdf").write_bytes(paper.body())


def test_without_javascript_it_is_signed_on_paper(visit: Visit, a_task: MakeTask) -> None:
    task = a_task(claimed=True)
    page = opened(visit, task, java_script_enabled=False)
    assert page.locator("input[value=DRAWN]").first.is_hidden()
    for line in page.locator("fieldset.line").all():
        line.locator("input[value=PASS]").check()
    for code in ("SCJG-02", "SCJG-03"):
        page.locator(f"input[name=inspectors][value={code}]").check()
    page.locator("input[name=result][value=PASS]").check()
    page.locator("input[name='sign:party'][value=PAPER]").check()
    page.get_by_role("button", name="提交检查结果").click()
    assert "请填写被检查人一方签名人的姓名" in page.locator("[role=alert]").inner_text()
    page.get_by_label("签名人姓名").fill("王示例")
    page.get_by_role("button", name="提交检查结果").click()
    assert "已在纸质笔录上签" in page.locator("main").inner_text()


def test_an_inspection_is_filled_in_without_a_network_and_recorded_once(visit: Visit, a_task: MakeTask) -> None:
    task = a_task(claimed=True)
    page = opened(visit, task)
    page.evaluate(OFFLINE_READY)
    page.context.set_offline(True)
    page.reload()
    page.locator("#draft", has_text="现在没有网络").wait_for()
    answer(page)
    draw(page, "officer")
    page.locator("#photo-files").set_input_files(PHOTO)
    page.get_by_role("button", name="上传照片").click()
    page.wait_for_selector("[data-kept] img")
    page.locator("fieldset.line").first.locator("input[value=FAIL]").check()
    page.locator("fieldset.line").first.locator("textarea").fill("灭火器过期")
    page.locator("input[name=result][value=FAIL]").check()
    page.get_by_role("button", name="提交检查结果").click()
    page.locator("#draft", has_text="还没有送到").wait_for()
    page.screenshot(path=SHOTS / "visit-offline-phone.png", full_page=True)
    page.close()
    page = page.context.new_page()
    page.goto(f"/tasks/{task}/visit")
    page.locator("#draft:not([hidden])").wait_for()
    assert page.locator("fieldset.line").first.locator("textarea").input_value() == "灭火器过期"
    number = page.locator("input[name=inspection_no]").input_value()
    page.context.set_offline(False)
    page.wait_for_url(f"**/tasks/{task}")
    said = page.locator("main").inner_text()
    assert number in said
    assert "灭火器过期" in said
    assert page.locator("img.signature").count() == 1
    page.wait_for_function("() => Number(localStorage.getItem('shenguan-drafts')) === 0")
    assert page.evaluate("caches.keys()") == []
    page.wait_for_function("() => navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)")


def test_a_draft_is_of_one_person_and_ends_with_the_session(visit: Visit, a_task: MakeTask) -> None:
    task = a_task(claimed=True)
    page = opened(visit, task)
    page.evaluate(OFFLINE_READY)
    page.locator("fieldset.line").first.locator("input[value=PASS]").check()
    page.wait_for_function("() => localStorage.getItem('shenguan-drafts') === '1'")
    page.reload()
    page.locator("#draft", has_text="已恢复").wait_for()
    assert page.locator("fieldset.line").first.locator("input[value=PASS]").is_checked()
    be(page, "SUPERVISOR", "SCJG-02@SCJG")
    page.goto(f"/tasks/{task}/visit")
    page.wait_for_timeout(500)
    assert page.locator("#draft").is_hidden()
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in")
    page.wait_for_timeout(500)
    left = "Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations(), indexedDB.databases()])"
    assert page.evaluate(f"{left}.then((each) => each.map((found) => found.length))") == [0, 0, 0]
