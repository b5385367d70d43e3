"""Files and functions stay small enough to read, every module says what it promises, no name says nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 350
"""Lines; 300 is what we aim at."""
LONGEST_TEST = 500
LONGEST_FUNCTION = 60
"""Lines; 40 is what we aim at."""
LONGEST_PROMISE = 8
EMPTY_NAMES = {"util", "utils", "common", "manager", "base", "helper", "helpers", "impl", "misc"}
MODULES = sorted(path for folder in ("services", "shared", "tests") for path in ROOT.glob(f"{folder}/**/*.py"))


def faults(path: Path, source: str) -> list[str]:
    """What the rules of the house say against a module; ``path`` below the root."""
    return [*_sizes(path, source), *_names(path, source), *_promise(path, source)]


def _sizes(path: Path, source: str) -> Iterator[str]:
    lines = len(source.splitlines())
    if lines > (LONGEST_TEST if path.parts[0] == "tests" else LONGEST_FILE):
        yield f"{path}: {lines} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{path}: {node.name} has {length} lines"


def _names(path: Path, source: str) -> Iterator[str]:
    for part in path.with_suffix("").parts:
        if set(part.lower().split("_")) & EMPTY_NAMES:
            yield f"{path}: the name {part} says nothing"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            words = {word.lower() for word in re.findall(r"[A-Z][a-z]+", node.name)}
            if words & EMPTY_NAMES:
                yield f"{path}: the name {node.name} says nothing"


def _promise(path: Path, source: str) -> Iterator[str]:
    promise = ast.get_docstring(ast.parse(source)) or ""
    lines = len(promise.splitlines())
    if path.parts[0] != "tests" and not 1 <= lines <= LONGEST_PROMISE:
        yield f"{path}: the module's docstring has {lines} lines, 1 to {LONGEST_PROMISE} are wanted"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_keeps_the_rules_of_the_house(path: Path) -> None:
    assert faults(path.relative_to(ROOT), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("shared/chassis/sound.py", '"""Promises."""\n', []),
        ("shared/chassis/date_utils.py", '"""Promises."""\n', ["says nothing"]),
        (
            "services/approval/case.py",
            '"""Promises."""\n\n\nclass CaseManager:\n    pass\n',
            ["CaseManager says nothing"],
        ),
        ("services/approval/silent.py", "X = 1\n", ["docstring has 0 lines"]),
        ("services/approval/talks.py", '"""' + "word\n" * 9 + '"""\n', ["docstring has 9 lines"]),
        ("services/approval/long.py", '"""Promises."""\n' + "X = 1\n" * 350, ["351 lines"]),
        ("tests/test_long.py", "X = 1\n" * 500, []),
        (
            "shared/ops/deep.py",
            '"""Promises."""\n\n\nasync def deep():\n' + "    x = 1\n" * 60,
            ["deep has 61 lines"],
        ),
    ],
)
def test_the_rules_tell_right_from_wrong(name: str, source: str, told: list[str]) -> None:
    found = faults(Path(name), source)
    assert len(found) == len(told)
    assert all(word in fault for word, fault in zip(told, found, strict=True))
