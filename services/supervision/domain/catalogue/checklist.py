"""Checklists (检查表) of a version."""

from collections.abc import Iterator
from dataclasses import dataclass

from kernel.refusal import Fault
from supervision.domain.content import code_faults, name_faults


@dataclass(frozen=True, kw_only=True)
class ChecklistLine:
    """检查项: one line of a checklist."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """检查表, with a version of its own (检查表版本)."""

    code: str
    name: str
    version: str = "1"
    lines: tuple[ChecklistLine, ...]

    @property
    def line_codes(self) -> frozenset[str]:
        """Codes of all lines."""
        return frozenset(line.code for line in self.lines)


def checklist_faults(pointer: str, checklist: Checklist) -> Iterator[Fault]:
    """What is wrong with a checklist by itself."""
    yield from code_faults(f"{pointer}/code", checklist.code)
    yield from name_faults(f"{pointer}/name", checklist.name)
    yield from code_faults(f"{pointer}/version", checklist.version)
    if not checklist.lines:
        yield Fault(pointer=f"{pointer}/lines", zh="检查表至少有一个检查项", en="a checklist has at least one line")
    yield from repeated_faults(f"{pointer}/lines", [line.code for line in checklist.lines])
    for index, line in enumerate(checklist.lines):
        yield from code_faults(f"{pointer}/lines/{index}/code", line.code)
        yield from name_faults(f"{pointer}/lines/{index}/text", line.text, longest=1000)


def repeated_faults(pointer: str, codes: list[str]) -> Iterator[Fault]:
    """A code names one thing only."""
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            yield Fault(
                pointer=f"{pointer}/{index}/code",
                zh="编码在本版本中重复，请改用另一编码或删除重复的一条",
                en="the code appears twice in this version; use another one or delete the repetition",
            )
        seen.add(code)
