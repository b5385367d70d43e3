"""The docs site in a real browser, read from the disk: it searches in both languages and asks no host for anything."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "built"
    assemble = str(ROOT / "docs" / "site" / "assemble.py")
    subprocess.run([sys.executable, assemble, str(folder)], check=True)
    return folder / "html"


@pytest.fixture
def page(chromium: Any) -> Any:
    """A page; at its end nothing was asked of any host."""
    context = chromium.new_context(viewport=DESKTOP)
    opened, asked = context.new_page(), []
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_every_page_opens_from_the_disk(page: Any, site: Path) -> None:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    pages = sorted(site.rglob("*.html"))
    for each in pages:
        page.goto(each.as_uri())
        assert page.locator("article h1").first.is_visible(), each
    assert complaints == []


@pytest.mark.parametrize(
    ("words", "found"),
    [("逐步核对", "0046-proofs-checked-by-the-reader.html"), ("read model", "0043-read-model.html")],
)
def test_it_is_searched_without_a_host(page: Any, site: Path, words: str, found: str) -> None:
    page.goto((site / "examples" / "draw" / "index.html").as_uri())
    leading = page.locator(f"a[href*='{found}']:visible")
    assert leading.count() == 0
    page.keyboard.press("/")
    page.keyboard.type(words)
    leading.first.wait_for()
