"""Assembling (文档站的装配): the pages of the repository, laid out so that Zensical builds a site of them.

`python docs/site/assemble.py .site` leaves the site in `.site/html`. Pages and what they link to lie at the places they
have in the repository, so a link that works there works here. Diagrams become pictures: the theme would fetch the
program that draws them from another host. The site is built once for each language, because Zensical gives every page
the words, and the `lang`, of one.
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from mmdr import render

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PATTERNS = ("*.md", "docs/**/*.md", "services/*/README.md", "examples/**/*.md")
FENCE = re.compile(r"^(```)(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ITEM = re.compile(r"(?:- |\d+\. )")
LINK = re.compile(r"(\[[^\]]*\]\()([^)\s]+)(\))")
ENGLISH = ".en.md"
SHIM = HERE / "vendor" / "iframe-worker-1.0.4"
"""Lets the search run where pages are read from the disk; the theme would fetch it from `ASKED_FOR`."""
ASKED_FOR = "https://unpkg.com/iframe-worker/shim"


def pages_of_the_repository() -> list[str]:
    """Every page the site is about, by its path."""
    return sorted({str(page.relative_to(ROOT)) for pattern in PATTERNS for page in ROOT.glob(pattern)})


def contents() -> dict[str, Any]:
    """What `contents.toml` says."""
    return tomllib.loads((HERE / "contents.toml").read_text(encoding="utf-8"))


def listed(entries: list[str]) -> list[str]:
    """The pages that entries name, patterns in their order; raises LookupError where one names none."""
    found: list[str] = []
    for entry in entries:
        pages = sorted(str(page.relative_to(ROOT)) for page in ROOT.glob(entry))
        if not pages:
            raise LookupError(entry)
        found += pages
    return found


def spoken(page: str, language: str) -> str:
    """The page in that language; itself where there is no other."""
    english = page.removesuffix(".md") + ENGLISH
    return english if language == "en" and (ROOT / english).is_file() else page


def address(page: str) -> str:
    """Where a page is in the site."""
    path = PurePosixPath(page)
    return str(path.with_name("index.html") if path.name == "README.md" else path.with_suffix(".html"))


def navigation() -> list[dict[str, Any]]:
    """Both languages, in each the four kinds."""
    told = contents()
    return [
        {
            name: [
                spoken("README.md", language),
                *(
                    {kind[language]: [spoken(page, language) for page in listed(kind["pages"])]}
                    for kind in told["kind"]
                ),
            ]
        }
        for language, name in told["languages"].items()
    ]


def lay_out(target: Path) -> None:
    """Every page, and every file one of them leads to, below ``target``."""
    waiting, laid = pages_of_the_repository(), set[str]()
    while waiting:
        path = waiting.pop()
        if path in laid:
            continue
        laid.add(path)
        if (ROOT / path / "README.md").is_file():
            waiting.append(f"{path}/README.md")
            continue
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / path).is_dir():
            text = listing(path)
            place = place / "README.md"
            place.parent.mkdir(exist_ok=True)
        elif path.endswith(".md"):
            text = (ROOT / path).read_text(encoding="utf-8")
        else:
            shutil.copyfile(ROOT / path, place)
            continue
        page = str(place.relative_to(target))
        waiting += linked(page, text)
        place.write_text(drawn(spaced(led(page, text)), place), encoding="utf-8")


def listing(folder: str) -> str:
    """A page for a folder that has none: its files."""
    names = sorted(path.name for path in (ROOT / folder).iterdir() if path.is_file())
    return f"# {folder}\n\n" + "".join(f"- [{name}]({name})\n" for name in names)


def linked(page: str, text: str) -> Iterator[str]:
    """The files and folders of the repository that a page leads to."""
    for _, link, _ in LINK.findall(_prose(text)):
        path = link.partition("#")[0]
        if path and not re.match(r"[a-z]+:", path):
            yield str((ROOT / page).parent.joinpath(path).resolve().relative_to(ROOT))


def led(page: str, text: str) -> str:
    """A link to a folder leads to the page about it: a browser that reads files opens no folder."""

    def lead(found: re.Match[str]) -> str:
        before, link, after = found.groups()
        folder = (ROOT / page).parent / link
        return f"{before}{PurePosixPath(link) / 'README.md'}{after}" if folder.is_dir() else found.group()

    return LINK.sub(lead, text)


def spaced(text: str) -> str:
    """A blank line before every list, and four spaces inside one: this Markdown asks for both, most others do not."""
    lines: list[str] = []
    code = listing = loose = False
    for line in text.splitlines():
        code ^= line.startswith("```")
        begins = not code and ITEM.match(line) is not None
        if begins and (loose or not listing) and lines and lines[-1]:
            lines.append("")
        listing = begins or (listing and (not line or line.startswith(" ")))
        loose = listing and (loose or not line)
        lines.append(f"  {line}" if listing and line.startswith("  ") else line)
    return "\n".join(lines) + "\n"


def drawn(text: str, place: Path) -> str:
    """Each diagram as a picture beside the page."""

    def draw(found: re.Match[str]) -> str:
        if found.group(2) != "mermaid":
            return found.group()
        picture = render(found.group(3)).svg().encode()
        name = f"{sha256(picture).hexdigest()[:12]}.svg"
        (place.parent / name).write_bytes(picture)
        return f"[![{_told(found.group(3))}]({name})]({name})"

    return FENCE.sub(draw, text)


def _told(diagram: str) -> str:
    """The words of a diagram, for whoever does not see it."""
    words = re.findall(r'"([^"]+)"|: (.+)$', diagram, re.MULTILINE)
    said = dict.fromkeys(re.sub(r"<br/>", " ", first or second) for first, second in words)
    return re.sub(r"[\[\]]", "", "；".join(said))


def _prose(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def build(folder: Path, language: str) -> Path:
    """The site with the words of one language around its pages; raises CalledProcessError."""
    settings = tomllib.loads((HERE / "zensical.toml").read_text(encoding="utf-8"))["project"]
    settings |= {"site_name": "审管联动 shenguan", "site_dir": language, "nav": navigation()}
    settings["extra"] = {"homepage": address(spoken("README.md", language))}
    settings["theme"] |= {"language": language}
    # JSON is YAML, which Zensical reads as well; nothing of the standard library writes TOML.
    written = folder / f"{language}.yml"
    written.write_text(json.dumps(settings, ensure_ascii=False, indent=1), encoding="utf-8")
    subprocess.run([Path(sys.executable).with_name("zensical"), "build", "--clean", "-f", written], check=True)
    return folder / language


def assemble(folder: Path) -> Path:
    """The whole site, made anew below ``folder``; where it lies."""
    shutil.rmtree(folder, ignore_errors=True)
    lay_out(folder / "pages")
    chinese, english = (build(folder, language) for language in contents()["languages"])
    for page in english.rglob("*.en.html"):
        shutil.copyfile(page, chinese / page.relative_to(english))
    shutil.rmtree(english)
    shutil.copytree(SHIM, chinese / SHIM.name)
    for page in chinese.rglob("*.html"):
        above = "../" * (len(page.relative_to(chinese).parts) - 1)
        text = page.read_text(encoding="utf-8").replace(ASKED_FOR, f"{above}{SHIM.name}/shim.js")
        page.write_text(text, encoding="utf-8")
    (chinese / "404.html").unlink()
    return chinese.rename(folder / "html")


if __name__ == "__main__":
    print(assemble(Path(sys.argv[1])))  # noqa: T201 - what a command answers
