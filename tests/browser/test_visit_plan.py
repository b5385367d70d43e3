"""The linkage office sees what is left of an enterprise's caps, and makes one visit of several departments' tasks."""

import pytest

from tests.browser.conftest import Visit, be

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


def test_a_supervisor_sees_the_caps_and_plans_for_nobody_else(visit: Visit) -> None:
    page = visit("/sign-in")
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    page.goto("/visits/plan?holder=92999999MA0000082Y")
    assert "入企频次" in page.locator("#caps").inner_text()
    assert page.locator("form[method=post][action='/visits/plan']").count() == 0
