"""What the documents say is there: commands, links, files, functions, words; both languages have the same shape."""

import ast
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from approval.api.bodies import decode_case
from approval.api.columns import columns_of, stated
from approval.api.sheets import read_sheet
from approval.domain.case import Statement
from ops.cli import Deferred, application
from supervision.api.inspections import decode_inspection
from supervision.api.tasks import TaskReportForm

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "services/*/README.md", "examples/**/*.md")
    for page in ROOT.glob(pattern)
)
GUIDES = sorted(page for page in ROOT.glob("docs/howto/*.md") if not page.name.endswith(".en.md"))
TUTORIAL = ["docs/tutorial.md", "docs/tutorial.en.md"]
TAUGHT = [ROOT / name for name in ("README.md", "README.en.md", "CONTRIBUTING.md", "CONTRIBUTING.en.md", *TUTORIAL)]
TAUGHT += sorted(ROOT.glob("docs/howto/*.md"))
PAIRS = [("README.md", "README.en.md"), ("CONTRIBUTING.md", "CONTRIBUTING.en.md")]
PAIRS += [("docs/architecture.md", "docs/architecture.en.md"), ("docs/scenarios.md", "docs/scenarios.en.md")]
PAIRS += [(f"docs/{name}.md", f"docs/{name}.en.md") for name in ("catalogue", "evidence", "audit", "upkeep")]
PAIRS += [("docs/credit-rules.md", "docs/credit-rules.en.md"), ("docs/ranking.md", "docs/ranking.en.md")]
PAIRS += [("docs/chaos.md", "docs/chaos.en.md"), ("docs/performance.md", "docs/performance.en.md")]
PAIRS += [("docs/integration.md", "docs/integration.en.md"), ("docs/scaling.md", "docs/scaling.en.md")]
PAIRS += [(f"docs/{name}.md", f"docs/{name}.en.md") for name in ("deployment", "levels", "kubernetes")]
PAIRS += [(f"docs/{name}.md", f"docs/{name}.en.md") for name in ("console", "runbook", "settings")]
PAIRS += [(f"docs/howto/{page.name}", f"docs/howto/{page.stem}.en.md") for page in GUIDES]
PAIRS += [("docs/tutorial.md", "docs/tutorial.en.md")]
PAIRS += [("docs/standard/bureau-systems.md", "docs/standard/bureau-systems.en.md")]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEREDOC = re.compile(r"<<('?)(\w+)\1")
SUBSTITUTED = re.compile(r"\$\((.*?)\)")
TOOLS = {"export", "curl", "cat", "cp", "date", "grep", "cut", "docker-compose"}
"""Programs a reader's machine has, or that stand for one of its choice."""
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def blocks(page: Path, language: str) -> list[str]:
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [content for tongue, content in found if tongue == language]


def commands(block: str) -> Iterator[tuple[list[str], str]]:
    """Each command of a block as words, with the text it is fed."""
    lines = iter(block.replace("\\\n", " ").splitlines())
    for line in lines:
        heredoc = HEREDOC.search(line)
        fed = "\n".join(iter(lambda: next(lines), heredoc.group(2))) if heredoc else ""
        if heredoc and not heredoc.group(1):
            fed = fed.replace("$TODAY", date(2026, 11, 27).isoformat())
        for part, said in (*((inner, "") for inner in SUBSTITUTED.findall(line)), (SUBSTITUTED.sub("", line), fed)):
            for piped in _piped(shlex.split(part, comments=True)):
                words = piped
                while words and re.fullmatch(r"\w+=\S*", words[0]):
                    words = words[1:]
                if words:
                    yield words, said


def _piped(words: list[str]) -> Iterator[list[str]]:
    """The commands that a pipe joins."""
    while "|" in words:
        place = words.index("|")
        yield words[:place]
        words = words[place + 1 :]
    yield words


def taught() -> list[tuple[Path, list[str], str]]:
    return [(page, words, fed) for page in TAUGHT for block in blocks(page, "bash") for words, fed in commands(block)]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def unknown(words: list[str]) -> str:
    """What is wrong with a command, or nothing."""
    program, *rest = words
    if program == "make":
        return " ".join(target for target in rest if "=" not in target and target not in targets())
    if program.endswith("/shenguan") or program == "shenguan":
        return misused(rest)
    if program in TOOLS or program == ".venv/bin/python" or (ROOT / program).is_file():
        return ""
    return program


def misused(arguments: list[str]) -> str:
    """A subcommand or option that ``shenguan`` does not have, or nothing; asks the command itself for its help."""
    command: Any = application()
    path: list[str] = []
    for word in arguments:
        if word in getattr(command, "commands", {}):
            command = command.commands[word]
            command = command.real() if isinstance(command, Deferred) else command
            path.append(word)
        elif word.startswith("-"):
            if not any(word.partition("=")[0] in option.opts for option in command.params):
                return word
        elif hasattr(command, "commands"):
            return word
    with redirect_stdout(StringIO()), pytest.raises(SystemExit) as ended:
        application()([*path, "--help"], prog_name="shenguan")
    return "" if ended.value.code in {0, None} else " ".join(path)


def anchored(page: Path) -> Iterator[str]:
    """The relative links of a page, those in code left out."""
    text = re.sub(r"`[^`\n]*`", "", FENCE.sub("", page.read_text(encoding="utf-8")))
    for link in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:", link):
            yield link


def shape(page: Path) -> tuple[list[int], list[str], int]:
    """Levels of the headings, languages of the code blocks, number of table rows."""
    text = page.read_text(encoding="utf-8")
    bare = FENCE.sub("", text)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", bare, re.MULTILINE)]
    return levels, [language for language, _ in FENCE.findall(text)], len(re.findall(r"^\|", bare, re.MULTILINE))


def rows() -> list[list[str]]:
    """The rows of the glossary's tables: Chinese, code names, meaning, source."""
    lines = [line for line in GLOSSARY.splitlines() if line.startswith("| ") and "code name" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def code_names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def words_of_the_code() -> set[str]:
    """Every identifier, and every string that is one word, in services/ and shared/."""
    found: set[str] = set()
    for source in [*ROOT.glob("services/**/*.py"), *ROOT.glob("shared/**/*.py")]:
        found.update(re.findall(r"[A-Za-z_]\w*", source.read_text(encoding="utf-8")))
    return found


def words_of_the_domain() -> set[str]:
    """Every public class of kernel, contracts and the domains, and every value of their enumerations."""
    found: set[str] = set()
    for pattern in ("shared/kernel/*.py", "shared/contracts/*.py", "services/*/domain/**/*.py"):
        for source in ROOT.glob(pattern):
            for node in ast.parse(source.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found.add(node.name)
                    found.update(_values(node))
    return found


def _values(node: ast.ClassDef) -> Iterator[str]:
    if any(isinstance(base, ast.Name) and base.id.endswith("Enum") for base in node.bases):
        for line in node.body:
            if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                yield line.targets[0].id


@pytest.mark.parametrize(("page", "words", "_fed"), taught(), ids=lambda part: str(part)[-60:])
def test_a_command_a_reader_is_told_to_run_exists(page: Path, words: list[str], _fed: str) -> None:
    assert unknown(words) == "", f"{page.name}: {words}"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("make demo", ""),
        ("make conquer", "conquer"),
        (".venv/bin/shenguan replay chicago tests/data/chicago --kill each", ""),
        (".venv/bin/shenguan replay chicago folder --nonsense", "--nonsense"),
        (".venv/bin/shenguan conquer", "conquer"),
        (".venv/bin/shenguan approval conquer", "conquer"),
        (".venv/bin/shenguan status --json | grep ready", ""),
        ("deploy/new-secrets", ""),
        ("deploy/not-there", "deploy/not-there"),
    ],
)
def test_the_check_of_commands_tells_right_from_wrong(line: str, wrong: str) -> None:
    assert "".join(unknown(words) for words, _ in commands(line)) == wrong


def test_the_examples_are_content_the_services_take() -> None:
    """Read by the decoders of the APIs; whether they are registered is the demo's and the journey's matter."""
    seen = set()
    for page, words, fed in taught():
        address = next((word for word in words if word.startswith("http")), "")
        if not fed:
            continue
        if words[0] == "cat":
            _read_as_import(fed)
        elif words[0].endswith("python"):
            ast.parse(fed)
        elif address.endswith(":batch"):
            assert all(decode_case(line.encode()) for line in fed.splitlines())
        else:
            _decoder(address)(fed.encode())
        seen.add((page.name, words[0], address.rpartition("/")[2]))
    assert len(seen) == 2 * (5 + 2)


def _decoder(address: str) -> Callable[[bytes], object]:
    if address.endswith(":inspect"):
        return TaskReportForm.model_validate_json
    return {"cases": decode_case, "inspections": decode_inspection}[address.rpartition("/")[2]]


def _read_as_import(fed: str) -> None:
    sheet = read_sheet(fed.encode(), most_rows=10)
    columns = columns_of(sheet)
    assert sheet.rows
    for number, cells in sheet.rows:
        assert isinstance(stated(number, columns, cells, existing=False), Statement)


@every_page
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    missing = [link for link in anchored(page) if not (page.parent / link.partition("#")[0]).exists()]
    assert missing == []


@every_page
def test_every_file_and_function_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path, name in re.findall(r"`((?:services|shared|tests|deploy)/[\w/.-]+\.py)(?::(\w+))?`", text):
        source = ROOT / path
        assert source.is_file(), path
        if name:
            assert re.search(
                rf"^\s*(?:async )?(?:def|class) {name}\b", source.read_text(encoding="utf-8"), re.MULTILINE
            ), f"{path}:{name}"


@pytest.mark.parametrize(("chinese", "english"), PAIRS)
def test_both_languages_have_the_same_shape(chinese: str, english: str) -> None:
    assert shape(ROOT / chinese) == shape(ROOT / english)


@pytest.mark.parametrize(("chinese", "english"), [*PAIRS[:1], *PAIRS[-1 - len(GUIDES) :]])
def test_both_languages_teach_the_same_commands(chinese: str, english: str) -> None:
    assert blocks(ROOT / chinese, "bash") == blocks(ROOT / english, "bash")


def test_every_code_name_of_the_glossary_is_used_in_the_code() -> None:
    told = {name for row in rows() for name in code_names(row[1])}
    assert told - words_of_the_code() == set()


def test_every_word_of_the_domain_is_in_the_glossary() -> None:
    told = {name for row in rows() for name in code_names(row[1])}
    assert words_of_the_domain() - told == set()


def test_every_entry_of_the_glossary_is_complete_and_stands_once() -> None:
    entries = rows()
    assert all(len(row) == 4 and all(row) for row in entries)
    chinese = [row[0] for row in entries]
    assert sorted(chinese) == sorted(set(chinese))


@every_page
def test_no_page_names_a_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.search(rf"{re.escape(str(ROOT))}|/home/\w|/root/|--index-url|/simple/", text) is None


def test_every_decision_is_listed_and_told_whole() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    for record in (ROOT / "docs" / "decisions").glob("0*.md"):
        text = record.read_text(encoding="utf-8")
        assert f"]({record.name})" in index
        assert re.search(r"^状态 status: ", text, re.MULTILINE)
        parts = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert [part.partition(" / ")[2] for part in parts] == ["context", "decision", "consequences", "revisit when"]
