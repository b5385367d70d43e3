"""The docs site as `make docs` builds it: every page is in it, every link leads somewhere, nothing is asked elsewhere."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
ASSEMBLE = ROOT / "docs" / "site" / "assemble.py"
PATTERNS = ("*.md", "docs/**/*.md", "services/*/README.md", "examples/**/*.md")
CONTENTS = tomllib.loads((ROOT / "docs" / "site" / "contents.toml").read_text(encoding="utf-8"))
KINDS = 4
ASKS = {("link", "href"), ("form", "action"), ("object", "data"), ("use", "href")}
"""What else than a ``src`` a browser follows by itself, or sends what was typed to."""
DRAWN_ELSEWHERE = {"mermaid", "glightbox", "pyodide", "arithmatex"}
"""Classes for which the theme's script fetches a program from another host."""


@dataclass(kw_only=True)
class Read(HTMLParser):
    """One page as it was built."""

    text: str
    language: str = ""
    links: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    navigation: list[tuple[int, str]] = field(default_factory=list)
    """Depth and address of every entry of the primary navigation; a section has no address."""

    def __post_init__(self) -> None:
        super().__init__()
        self._inside = self._depth = 0
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        classes = set(said.get("class", "").split())
        self.language = said.get("lang", "") if tag == "html" else self.language
        self.anchors |= {said[name] for name in ("id", "name") if name in said}
        self.classes |= classes
        self.asked += [said[name] for name in ("src", "srcset", "poster") if name in said]
        self.asked += [said[name] for element, name in ASKS if tag == element and name in said]
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        self._navigate(tag, classes, said.get("href", ""))

    def _navigate(self, tag: str, classes: set[str], href: str) -> None:
        if tag == "nav":
            self._inside = 1 if "md-nav--primary" in classes else self._inside + bool(self._inside)
            self._toc = "md-nav--secondary" in classes
        elif self._inside and not self._toc and "md-nav__link" in classes and tag in {"a", "label"}:
            self.navigation.append((self._inside, href if tag == "a" else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "nav" and self._inside:
            self._inside -= 1
            self._toc = False


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it was built."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, str(ASSEMBLE), str(folder / "built")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"make .venv/.docs\n{ended.stdout}{ended.stderr}"
    return folder / "built" / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Read]:
    """Every page, by its address in the site."""
    return {
        str(page.relative_to(site)): Read(text=page.read_text(encoding="utf-8"))
        for page in sorted(site.rglob("*.html"))
    }


def address(page: str) -> str:
    """Where a page of the repository is in the site."""
    path = Path(page)
    return str(path.with_name("index.html") if path.name == "README.md" else path.with_suffix(".html"))


def led_to(page: str, link: str) -> str:
    """The address a relative link of a page leads to, from the top of the site."""
    return str((ROOT / page).parent.joinpath(unquote(link)).resolve().relative_to(ROOT))


def navigations(pages: dict[str, Read]) -> list[list[tuple[int, str]]]:
    """The navigation of each language, as a page shows it that stands in none."""
    page = address(CONTENTS["left_out"]["pages"][0])
    shown: list[list[tuple[int, str]]] = []
    for depth, href in pages[page].navigation:
        if depth == 1:
            shown.append([])
        else:
            shown[-1].append((depth, led_to(page, href) if href else ""))
    return shown


def test_every_page_of_the_repository_is_in_the_navigation_or_left_out_by_name(pages: dict[str, Read]) -> None:
    told = {str(page.relative_to(ROOT)) for pattern in PATTERNS for page in ROOT.glob(pattern)}
    assert {page for page in told if address(page) not in pages} == set()
    entries = {href for navigation in navigations(pages) for _, href in navigation}
    missing = {page for page in told if address(page) not in entries}
    assert missing == set(CONTENTS["left_out"]["pages"])


def test_no_link_inside_the_site_is_broken(site: Path, pages: dict[str, Read]) -> None:
    broken = []
    for page, read in pages.items():
        for link in (link for link in read.links if not re.match(r"[a-z]+:", link)):
            path, _, anchor = link.partition("#")
            target = led_to(page, path) if path else page
            if not (site / target).is_file() or (anchor and unquote(anchor) not in pages[target].anchors):
                broken.append((page, link))
    assert broken == []


def test_every_picture_and_script_a_page_asks_for_is_in_the_site(site: Path, pages: dict[str, Read]) -> None:
    told = {(page, asked) for page, read in pages.items() for asked in read.asked}
    assert [(page, asked) for page, asked in told if re.match(r"[a-z]*:?//", asked)] == []
    assert [(page, asked) for page, asked in told if not (site / led_to(page, asked)).exists()] == []


def test_no_style_asks_another_host_and_no_page_needs_a_program_of_one(site: Path, pages: dict[str, Read]) -> None:
    for style in site.rglob("*.css"):
        assert re.search(r"""(?:url\(\s*|@import\s*)["']?(?:https?:)?//""", style.read_text(encoding="utf-8")) is None
    for page, read in pages.items():
        assert read.classes & DRAWN_ELSEWHERE == set(), page
        assert "url(//" not in read.text, page
        assert "unpkg" not in read.text, page


def test_both_languages_have_the_same_navigation(pages: dict[str, Read]) -> None:
    chinese, english = navigations(pages)
    assert (chinese[0], english[0]) == ((2, "index.html"), (2, "README.en.html"))
    assert [depth for depth, _ in chinese] == [depth for depth, _ in english]
    assert [depth for depth, href in chinese if not href] == [2] * KINDS
    for (_, one), (_, other) in zip(chinese[1:], english[1:], strict=True):
        translated = f"{one.removesuffix('.html')}.en.html"
        assert other == (translated if translated in pages else one)


def test_a_page_has_the_language_it_is_written_in(pages: dict[str, Read]) -> None:
    assert {page: read.language for page, read in pages.items()} == {
        page: "en" if page.endswith(".en.html") else "zh" for page in pages
    }


def prose(read: Read) -> Iterator[str]:
    body = read.text.partition("<article")[2].partition("</article")[0]
    yield from re.sub(r"<(code|pre)\b[^>]*>.*?</\1>", "", body, flags=re.DOTALL).splitlines()


def test_lists_tables_and_emphasis_came_out_as_such(pages: dict[str, Read]) -> None:
    """Pages are written for another Markdown; what this one does not read stays as it was typed."""
    typed = [
        (page, line) for page, read in pages.items() for line in prose(read) if re.search(r"^ *(- |\|)|\*\*", line)
    ]
    assert typed == []


def test_what_is_searched_for_is_in_the_site(site: Path) -> None:
    index = (site / "search.json").read_text(encoding="utf-8")
    assert "离线" in index
    assert "outbox" in index


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ('<img src="https://elsewhere.example/a.png">', ["https://elsewhere.example/a.png"]),
        ('<link rel="stylesheet" href="//elsewhere.example/a.css">', ["//elsewhere.example/a.css"]),
        ('<script src="a.js"></script>', ["a.js"]),
        ('<a href="https://elsewhere.example">', []),
    ],
)
def test_the_reader_of_pages_sees_what_a_browser_would_ask_for(markup: str, found: list[str]) -> None:
    assert Read(text=markup).asked == found
