"""A real browser before a real stack (浏览器测试): `make test-browser` installs both and runs what is marked `browser`."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from kernel.clock import china_day

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]
"""Without the browser's packages there is nothing to run; the day suite leaves these tests out anyhow."""
SHOTS = ROOT / ".shenguan" / "screenshots"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 860}

PATIENCE = 60.0
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
def chromium() -> Iterator[Any]:
    """The system's Chromium."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not there in the day suite

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"], timeout=120_000
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, pages: str) -> Iterator[Visit]:
    """Opens a page of the console; at the end nothing was asked of another host and nothing was complained of."""
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
    for context in contexts:
        context.close()
    assert complaints == []


def be(page: Any, role: str, person: str = "") -> None:
    """Sign in as a person of a role."""
    page.goto("/roles")
    form = page.locator(f"form:has(input[name=role][value={role}])")
    if person:
        form.locator("select").select_option(person)
    form.locator("button").click()
