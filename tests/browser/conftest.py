"""A real browser before a real stack (浏览器测试): `make test-browser` installs both and runs what is marked `browser`."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from kernel.clock import CHINA, china_day
from tests.browser import contact_sheet

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]
"""Without the browser's packages there is nothing to run; the day suite leaves these tests out anyhow."""
SHOTS = ROOT / ".shenguan" / "screenshots"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 860}

PATIENCE = 60.0
SIGNED_WITHIN = 150.0
"""Seconds: heads of the audit chain are signed every minute."""
DEPARTMENT = "SCJG"
TODAY = china_day(datetime.now(UTC)).isoformat()
CASE: dict[str, Any] = {
    "source_system": "browser",
    "kind": "NEW",
    "item_code": "000131024000",
    "region": "640202",
    "decided_on": TODAY,
    "subject": {
        "id_type": "001",
        "id_no": "91999999MA00000154",
        "kind": "ORGANISATION",
        "name": "示例甲号餐饮服务有限公司",
    },
    "object": {"name": "示例甲号餐饮服务有限公司", "address": "示例县示例路1号"},
}

Visit = Callable[..., Any]
MakeTask = Callable[..., str]


@pytest.fixture(scope="session")
def standing() -> Iterator[dict[str, Any]]:
    """The stack: where its services and the pages are, and who may do all business."""
    command = [sys.executable, "-m", "tests.browser.standing"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdin is not None
        assert started.stdout is not None
        said: dict[str, Any] = json.loads(started.stdout.readline())
        yield said
        started.stdin.close()  # which ends it


@pytest.fixture(scope="session")
def pages(standing: dict[str, Any]) -> str:
    """The address of the pages."""
    address: str = standing["pages"]
    return address


@pytest.fixture
def a_task(standing: dict[str, Any]) -> MakeTask:
    """Makes a task of the market bureau by a decision on a licence, claimed by SCJG-03 if asked; answers its id."""

    def made(*, claimed: bool = False) -> str:
        with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
            number, urls = uuid4().hex[:12], standing["urls"]
            case = CASE | {"case_id": number, "object": CASE["object"] | {"object_no": number}}
            http.post(f"{urls['approval']}/api/v1/cases", json=case).raise_for_status()
            which = {"object_no": number, "department": DEPARTMENT}
            until = monotonic() + PATIENCE
            while not (found := http.get(f"{urls['supervision']}/api/v1/tasks", params=which).json()["items"]):
                assert monotonic() < until
                sleep(0.2)
            task: str = found[0]["task_id"]
            if claimed:
                claim = f"{urls['supervision']}/api/v1/tasks/{task}:claim"
                http.post(claim, json={"inspector": "SCJG-03"}).raise_for_status()
            seen, state = f"{urls['console']}/api/v1/tasks/{task}", "CLAIMED" if claimed else "PENDING_CLAIM"
            while http.get(seen).json().get("state") != state:  # the read model hears of it a moment later
                assert monotonic() < until
                sleep(0.1)
            return task

    return made


@pytest.fixture(scope="session")
def publicised(standing: dict[str, Any]) -> str:
    """The number of a result everybody may read, with its proof."""
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
        path = f"{standing['urls']['supervision']}/api/v1/publicity"
        owed = http.get(path, params={"state": "PENDING"}).raise_for_status().json()["items"][0]
        number: str = owed["publication_no"]
        inspectors = f"{standing['urls']['supervision']}/api/v1/inspectors"
        colleagues = http.get(inspectors, params={"department": owed["department"]}).raise_for_status().json()["items"]
        answers = [http.post(f"{path}/{number}:publicise", json={"by": each["code"]}) for each in colleagues]
        assert httpx.codes.OK in [answer.status_code for answer in answers], answers[-1].text
        until = monotonic() + SIGNED_WITHIN
        proof = f"{standing['urls']['supervision']}/api/v1/public/results/{number}/proof"
        while http.get(proof).status_code != httpx.codes.OK:
            assert monotonic() < until
            sleep(1)
        return number


@pytest.fixture(scope="session")
def clock_moves() -> None:
    """For a test after which it is another day on the stack."""


@pytest.fixture(scope="session")
def crowd() -> None:
    """For a test that leaves thousands of tasks and objects behind."""


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Those come last: what they leave stands before whatever others make anew, and is drawn among."""
    last = ("clock_moves", "crowd")
    items.sort(key=lambda item: [name in getattr(item, "fixturenames", ()) for name in reversed(last)])


@pytest.fixture(scope="session")
def days_later(standing: dict[str, Any], clock_moves: None) -> Callable[[float], str]:
    """Says when it will be so many days later, as clocks in China show it; 0: go to the moment said last."""
    said: list[datetime] = []

    def moment(days: float) -> str:
        with httpx.Client(headers=standing["headers"], trust_env=False, timeout=30) as http:
            if days:
                now = datetime.fromisoformat(http.get(f"{standing['urls']['supervision']}/ops/v1/clock").json()["now"])
                said.append((now + timedelta(days=days)).replace(second=0, microsecond=0))
            else:
                for url in standing["urls"].values():
                    http.post(f"{url}/ops/v1/clock", json={"now": said[-1].isoformat()}).raise_for_status()
        return said[-1].astimezone(CHINA).strftime("%Y-%m-%dT%H:%M")

    return moment


@pytest.fixture(scope="session")
def filed_plan(standing: dict[str, Any]) -> str:
    """A plan of the market bureau, filed: half of every class of those with a food licence."""
    plan: dict[str, Any] = {"plan_no": "PLAN-BROWSER", "year": 2026, "title": "食品经营年度抽查", "by": "SPJ-02"}
    entry = {
        "code": "E1",
        "name": "食品经营抽查",
        "matters": ["00164000100100"],
        "departments": [{"department": DEPARTMENT, "officers_per_object": 2, "max_objects": 50}],
        "ratios": dict.fromkeys("ABCD", "0.5"),
        "frequency": {"times_per_year": 12},
        "starts_on": TODAY,
        "ends_on": "2026-12-31",
    }
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=60) as http:
        api = f"{standing['urls']['supervision']}/api/v1"
        matter = {"code": "00164000100100", "name": "食品经营许可监督检查", "department": DEPARTMENT}
        lines = http.post(
            f"{api}/matters:batch", content=json.dumps(matter), headers={"Content-Type": "application/x-ndjson"}
        )
        assert lines.status_code == httpx.codes.OK, lines.text
        for path, body in (
            ("plans", plan | {"lead_department": DEPARTMENT, "entries": [entry]}),
            ("plans/PLAN-BROWSER:submit", {"by": "SPJ-02"}),
            ("plans/PLAN-BROWSER:file", {"by": "LDB-01", "filing_no": "备〔2026〕1号"}),
        ):
            answer = http.post(f"{api}/{path}", json=body)
            assert answer.is_success, answer.text
    return "PLAN-BROWSER"


@pytest.fixture(scope="session")
def drawn(standing: dict[str, Any], filed_plan: str, days_later: Callable[[float], str]) -> str:
    """A draw that was run."""
    with httpx.Client(headers=standing["headers"], trust_env=False, timeout=60) as http:
        api = f"{standing['urls']['supervision']}/api/v1/draws"
        value = {"source": "示例彩票 2026301 期", "form": "## ## ##", "at": f"{days_later(1.1)}+08:00"}
        body = {"draw_no": "D-DRAWN", "plan_no": filed_plan, "entry": "E1", "public_value": value, "by": "LDB-01"}
        answers = [http.post(api, json=body)]
        days_later(0)
        run = {"value": "01 02 03", "looked_up": "示例公报", "witness": "LDB-02", "by": "LDB-01"}
        answers.append(http.post(f"{api}/D-DRAWN:run", json=run))
        assert all(answer.is_success for answer in answers), [answer.text for answer in answers]
    return "D-DRAWN"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not there in the day suite

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"], timeout=120_000
        )
        yield browser
        browser.close()


def pytest_sessionfinish() -> None:
    """Every picture of the run on one page."""
    if SHOTS.is_dir():
        contact_sheet.written(SHOTS)


@pytest.fixture
def visit(chromium: Any, pages: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Opens a page of the console; at the end nothing was asked of another host and nothing was complained of.

    What each page showed last is kept among the screenshots.
    """
    contexts, complaints = [], []

    def noticed(request: Any) -> None:
        if urlsplit(request.url).netloc not in {urlsplit(pages).netloc, ""}:
            complaints.append(f"asked another host: {request.url}")

    def said(message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def opened(path: str = "/", **options: Any) -> Any:
        settings: dict[str, Any] = {"viewport": DESKTOP, "locale": "zh-CN", "base_url": pages, **options}
        context = chromium.new_context(**settings)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", noticed)
        page.on("console", said)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for number, context in enumerate(contexts, start=1):
        name = f"{request.node.name}{f'-{number}' if number > 1 else ''}.png"
        for page in context.pages[:1]:
            page.screenshot(path=SHOTS / contact_sheet.JOURNEYS / name, full_page=True)
        context.close()
    assert complaints == []


def be(page: Any, role: str, person: str = "") -> None:
    """Sign in as a person of a role."""
    page.goto("/roles")
    form = page.locator(f"form:has(input[name=role][value={role}])")
    if person:
        chosen = form.locator("select, input:not([type=hidden])")
        chosen.fill(person) if role == "ENTERPRISE" else chosen.select_option(person)
    form.locator("button").click()
