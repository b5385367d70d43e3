"""Every page: no fault of WCAG 2.2 AA, nothing wider than the screen, the same in both languages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, SHOTS, MakeTask, Visit, be
from tests.browser.test_complaints import filled
from tests.browser.test_scanned import announced

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.usefixtures("publicised", "drawn")]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
FAILED = 500
NARROW = {"width": 320, "height": 640}
WAYS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": DESKTOP},
    "phone": {"viewport": PHONE},
    "large": {"viewport": PHONE, "large": True},
    "english": {"viewport": DESKTOP, "english": True},
}


CASES = """受理编号,办理类型,事项编码,发证日期,统一社会信用代码,企业名称,门店编号
SWEEP-1,新办,000131024000,2026-11-01,91999999MA00000154,示例甲号餐饮服务有限公司,SWEEP-1
SWEEP-2,新办,000131024000,去年,91999999MA00000154,示例甲号餐饮服务有限公司,SWEEP-2
"""


def an_import(page: Any) -> str:
    """A file that was checked, one of its rows faulty."""
    page.goto("/imports")
    file = {"name": "办件.csv", "mimeType": "text/csv", "buffer": CASES.encode("gb18030")}
    page.locator("#file").set_input_files(file)
    page.locator("form[action='/imports'] button").click()
    page.locator("[name='fixed:source_system']").fill("yct")
    page.locator("form[action$='/check'] button").click()
    page.locator("#checked").wait_for()
    address: str = page.url
    return address


Addresses = Iterator[tuple[str, str]]


def addresses(page: Any, task: str) -> Addresses:
    """Name and address of each page there is; those of the linkage office first."""
    yield from _of_the_office(page)
    yield from _of_supervisors(page, task)
    yield from _of_other_desks(page)
    yield from _of_everybody(page)


def _of_the_office(page: Any) -> Addresses:
    be(page, "LINKAGE_OFFICE")
    yield "board", "/board"
    yield "assessment", "/board/report?month=2026-11"
    yield "cards", "/cards"
    yield "cases", "/cases"
    yield "case", "/cases/county/SL-05"
    yield "random", "/random"
    yield "plan-draft", "/random/plans/new"
    yield "plan", "/random/plans/PLAN-BROWSER"
    yield "draw", "/random/draws/D-DRAWN"
    yield "public-draws", "/public/draws"
    yield "public-draw", "/public/draws/D-DRAWN"
    yield "editions", "/catalogue"
    page.goto("/catalogue")
    edition = page.locator("#list a").first.get_attribute("href")
    yield "edition", edition
    yield "edition-lint", f"{edition}/lint"
    yield "edition-what-if", f"{edition}/what-if?from=2026-01-01"
    for name in ("items", "departments", "people", "inspectors", "calendar"):
        yield f"admin-{name}", f"/admin/{name}"
    yield "visit-plan", "/visits/plan?holder=92999999MA0000082Y"
    yield from _complaints(page)
    be(page, "SECURITY_ADMIN")
    yield "api-keys", "/admin/keys"
    yield "webhooks", "/admin/webhooks?service=supervision"
    yield "hooks", "/admin/hooks?service=supervision"
    yield "hook", _a_hook(page)


def _a_hook(page: Any) -> str:
    """A subscription whose receiver is not there."""
    page.goto("/admin/hooks?service=supervision")
    page.locator("details:has(#facts) summary").click()
    page.locator("#name").fill("示例系统")
    page.locator("#address").fill("http://127.0.0.1:9/facts")
    page.locator("#facts").select_option("supervision.task.created")
    page.locator("details:has(#facts) button[type=submit]").click()
    return str(page.locator("#list a").last.get_attribute("href"))


def _complaints(page: Any) -> Addresses:
    yield "complaint-new", "/complaints/new?id_no=92999999MA0000082Y"
    page.goto("/complaints/new?id_no=92999999MA0000082Y")
    page.locator("input[name=object]").first.check()
    filled(page, f"GD{uuid4().hex[:10]}")
    page.locator("main form[method=post] button").click()
    yield "complaint", page.url
    yield "complaints", "/complaints"


def _of_supervisors(page: Any, task: str) -> Addresses:
    be(page, "SUPERVISOR", "SCJG-03@SCJG")
    yield "publicity", "/publicity?state=PUBLICISED"
    page.goto("/publicity?state=PUBLICISED")
    if page.locator("#list a").count():
        yield "publication", page.locator("#list a").first.get_attribute("href")
    yield "tasks", "/tasks?state="
    yield "tasks-overdue", "/tasks?due=over&state="
    yield "tasks-empty", "/tasks?state=PLANNED&department=SCJG"
    yield "task", f"/tasks/{task}"
    yield "visit", f"/tasks/{task}/visit"
    yield "code-asked", f"/tasks/{task}/code"
    scanned = announced(page, task, exemption="ENTERPRISE_REQUEST")
    yield "code", f"/tasks/{task}/code"
    yield "scanned", scanned
    page.goto(f"/tasks/{task}")
    yield "days", page.locator(".clocks a").first.get_attribute("href")


def _of_other_desks(page: Any) -> Addresses:
    be(page, "CREDIT_OFFICER")
    yield "credit-list", "/credit"
    yield "credit-grade", "/credit?grade=D"
    yield "credit", "/credit/92999999MA0000082Y"
    page.goto("/credit/92999999MA0000082Y")
    yield "credit-record", page.locator("#list a[href^='/credit/records/']").first.get_attribute("href")
    be(page, "APPROVER")
    yield "imports", "/imports"
    yield "import", an_import(page)
    be(page, "SYSTEM_ADMIN")
    yield "ops", "/ops"
    yield "letters", "/ops/letters"
    yield "ops-day", "/ops/day"
    be(page, "AUDITOR")
    yield "audit", "/audit"


def _of_everybody(page: Any) -> Addresses:
    yield "public", "/public?q=92999999MA0000082Y"
    yield "public-results", "/public/results"
    page.goto("/public/results")
    yield "public-result", page.locator("#list a").first.get_attribute("href")
    be(page, "ENTERPRISE")
    yield "enterprise", "/enterprise"
    yield "keys", "/keys"
    yield "roles", "/roles"
    yield "not-found", "/nothing"
    page.goto("/roles")
    page.locator("form[action='/walk/1'] button").click()
    yield "walk", "/walk"
    page.locator("form[action='/walk'] button").click()
    yield "sign-in", "/sign-in"


def faults(page: Any, name: str) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{name}: {each['id']} {[node['target'] for node in each['nodes']][:3]}" for each in found]


PHOTOGRAPHED: dict[str, set[str]] = {}
"""Way → the pages that were looked at in it, in this run."""


@pytest.mark.parametrize("way", WAYS)
def test_no_page_has_a_fault_of_accessibility(visit: Visit, a_task: MakeTask, way: str) -> None:
    options = dict(WAYS[way])
    large, english = options.pop("large", False), options.pop("english", False)
    page = visit("/sign-in", **options)
    if large:
        page.get_by_role("button", name="大字版").click()
    if english:
        page.get_by_role("button", name="English").click()
    found: list[str] = []
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, address in addresses(page, a_task(claimed=True)):
        answer = page.goto(address)
        found += [f"{name}: {answer.status}"] if answer and answer.status >= FAILED else []
        if not page.locator("[sse-connect]").count():  # that one always has a stream open
            page.wait_for_load_state("networkidle")
        page.screenshot(path=Path(SHOTS, f"{name}-{way}.png"), full_page=True)
        PHOTOGRAPHED.setdefault(way, set()).add(name)
        found += faults(page, name)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{name}: wider than the screen")
    assert found == []


def test_every_page_was_photographed_in_every_way() -> None:
    if PHOTOGRAPHED.keys() < set(WAYS):
        pytest.skip("only some of the ways above were run")
    for way, names in PHOTOGRAPHED.items():
        assert {name for name in names if not Path(SHOTS, f"{name}-{way}.png").is_file()} == set(), way
    assert len(set(map(frozenset, PHOTOGRAPHED.values()))) == 1


@pytest.mark.parametrize("role", ["SUPERVISOR", "LINKAGE_OFFICE"])
def test_the_longest_menus_stand_on_one_line_of_a_desk_screen(visit: Visit, role: str) -> None:
    page = visit("/roles", viewport=DESKTOP)
    be(page, role)
    for language in ("English", "中文"):
        page.get_by_role("button", name=language).click()
        page.get_by_role("button", name={"English": "中文", "中文": "English"}[language]).wait_for()
        tops = page.eval_on_selector_all(
            ".brand, #menu a, .account",
            "all => all.map(each => { const at = each.getBoundingClientRect(); return (at.top + at.bottom) / 2 })",
        )
        assert max(tops) - min(tops) < 5, (language, tops)


def test_no_page_is_wider_than_a_narrow_phone(visit: Visit, a_task: MakeTask) -> None:
    page = visit("/sign-in", viewport=NARROW)
    wide: dict[str, int] = {}
    for name, address in addresses(page, a_task(claimed=True)):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            wide[name] = width
    assert wide == {}
