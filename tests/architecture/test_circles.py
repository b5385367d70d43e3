"""No circle of imports (循环引用): modules can be read, tested and moved one after another.

Counted are also imports inside functions, those for type checkers alone and ``import_module`` of a written name: they hide
a circle from the interpreter, the reader still goes round in it.
"""

import ast
import tomllib
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PACKAGES: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]


def files() -> Iterator[tuple[str, Path]]:
    for folder in (ROOT / "services", ROOT / "shared"):
        for path in folder.rglob("*.py"):
            yield ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"), path


def named(source: str) -> Iterator[str]:
    """The modules a source asks ``import_module`` for by a written name."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name("import_module"), args=[ast.Constant(str() as name)]):
                yield name


def imports() -> dict[str, set[str]]:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    found = {module: set(graph.find_modules_directly_imported_by(module)) for module in graph.modules}
    for module, path in files():
        if module in found:  # a migration belongs to no package
            found[module] |= found.keys() & set(named(path.read_text("utf-8")))
    return found


def circle(found: dict[str, set[str]]) -> list[str]:
    """One circle there is, module after module; empty when there is none."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(imports()) == []


def test_a_circle_is_found_when_there_is_one() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "c", "b", "a"]
    assert list(named("def f():\n    return import_module('chassis.signing.sm2').key")) == ["chassis.signing.sm2"]
