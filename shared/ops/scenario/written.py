"""Written (原文): YAML with the line of every value, read without YAML's surprises.

A day stays text, ``000131024000`` stays text, ``on`` and ``no`` are words; a key that is written twice is a mistake.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ops.scenario.mistake import Mistake

_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
_BROKEN = re.compile(r"-?[0-9]+\.[0-9]+")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Written:
    """One value and where it stands: a scalar, a list of values, or names with values.

    ``line`` is that of its name when it has one, else its own.
    """

    value: Any
    line: int

    @property
    def members(self) -> dict[str, "Written"]:
        """Names with values; nothing when it is something else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def parts(self) -> list["Written"]:
        """The values of a list; a single value is a list of one, nothing is none."""
        if isinstance(self.value, list):
            return self.value
        return [] if self.value is None else [self]

    def plain(self) -> Any:
        """The same without lines."""
        if isinstance(self.value, dict):
            return {name: member.plain() for name, member in self.value.items()}
        if isinstance(self.value, list):
            return [part.plain() for part in self.value]
        return self.value


def read(file: Path, mistakes: list[Mistake]) -> Written | None:
    """What a file says; None and a mistake when it cannot be read."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except OSError as error:
        mistakes.append(Mistake(file, 0, f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}"))
    except UnicodeDecodeError:
        mistakes.append(Mistake(file, 0, "请保存为 UTF-8", "save it as UTF-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        mistakes.append(Mistake(file, line, f"不是有效的 YAML：{error.problem}", f"not valid YAML: {error.problem}"))
    except yaml.YAMLError as error:
        mistakes.append(Mistake(file, 0, f"不是有效的 YAML：{error}", f"not valid YAML: {error}"))
    else:
        return _written(node, mistakes, file) if node is not None else Written(None, 1)
    return None


def _written(node: yaml.Node, mistakes: list[Mistake], file: Path, line: int | None = None) -> Written:
    line = line or node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return Written(dict(_members(node, mistakes, file)), line)
    if isinstance(node, yaml.SequenceNode):
        return Written([_written(part, mistakes, file) for part in node.value], line)
    quoted = isinstance(node, yaml.ScalarNode) and node.style in {"'", '"', "|", ">"}
    return Written(_scalar(node.value, quoted=quoted), line)


def _members(node: yaml.MappingNode, mistakes: list[Mistake], file: Path) -> Iterator[tuple[str, Written]]:
    seen: set[str] = set()
    for key, value in node.value:
        line, name = key.start_mark.line + 1, str(key.value)
        if name in seen:
            mistakes.append(Mistake(file, line, f"{name} 写了两次", f"{name} is written twice"))
        seen.add(name)
        yield name, _written(value, mistakes, file, line)


def _scalar(text: str, *, quoted: bool) -> Any:
    if quoted:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _BROKEN.fullmatch(text) else text
