"""The linkage office sees what is left of an enterprise's caps, and makes one visit of several departments' tasks."""

from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.browser.conftest import PATIENCE, Visit, be

ENTERPRISE = "92999999MA0000082Y"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_caps_are_shown_and_a_joint_visit_names_what_is_missing(visit: Visit) -> None:
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "LINKAGE_OFFICE")
    page.goto("/visits/plan")
    page.get_by_label("统一社会信用代码").fill("92999999MA0000082Y")
    page.get_by_role("button", name="查找").click()
    assert "入企频次" in page.locator("#caps").inner_text()
    page.goto("/visits/plan")
    suggestion = page.locator("#merge ~ .card-plain").first
    suggestion.locator("summary").click()
    suggestion.get_by_label("哪一天").fill("2027-01-04")
    suggestion.get_by_role("button", name="合并排期").click()
    assert page.locator("[role=alert]").is_visible()
    assert page.locator("#merge ~ .card-plain details[open] input[type=date]").input_value() == "2027-01-04"


def test_a_visit_for_a_complaint_is_asked_for_with_its_exemption(visit: Visit, standing: dict[str, Any]) -> None:
    number = f"GD{uuid4().hex[:10]}"
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        api = f"{standing['urls']['supervision']}/api/v1"
        (shop, *_) = http.get(f"{api}/objects", params={"id_type": "001", "id_no": ENTERPRISE}).json()["items"]
        complaint = {
            "channel": "HOTLINE",
            "complaint_no": number,
            "received_at": "2026-11-20T09:00:00+08:00",
            "id_no": ENTERPRISE,
            "source_system": shop["source_system"],
            "object_no": shop["object_no"],
            "department": "SCJG",
            "content": "后厨有老鼠",
            "by": "LDB-01",
        }
        task = http.post(f"{api}/complaints", json=complaint).raise_for_status().json()["task_id"]
        http.post(f"{api}/tasks/{task}:claim", json={"inspector": "SCJG-03"}).raise_for_status()
        told, until = f"{standing['urls']['console']}/api/v1/tasks/{task}", monotonic() + PATIENCE
        while http.get(told).json().get("state") != "CLAIMED":
            assert monotonic() < until
            sleep(0.1)
    page = visit("/sign-in", java_script_enabled=False)
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto(f"/visits/plan?holder={ENTERPRISE}")
    page.locator(f"#coming a[href='/tasks/{task}/code']").click()
    page.locator("[name=planned_on]").fill("2027-03-01")
    for officer in page.locator("input[name=officers]").all()[:2]:
        officer.check()
    page.locator("[name=reason]").fill("核查投诉")
    page.locator("[name=legal_basis]").fill("食品安全法第一百一十条")
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.goto(f"/visits/plan?holder={ENTERPRISE}")
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        asked = http.get(f"{api}/site-visits", params={"id_no": ENTERPRISE, "limit": 200}).json()["items"]
    (mine,) = [each for each in asked if task in each["tasks"]]
    assert (mine["exemption"], mine["kind"], mine["state"]) == ("COMPLAINT", "CASE", "REQUESTED")


def test_a_supervisor_sees_the_caps_and_plans_for_nobody_else(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto("/visits/plan?holder=92999999MA0000082Y")
    assert "入企频次" in page.locator("#caps").inner_text()
    assert page.locator("form[method=post][action='/visits/plan']").count() == 0
