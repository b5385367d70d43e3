"""Linkage catalogue (审管联动事项目录清单): which approval items lead to which supervision, N:M and effective-dated.

A version is immutable once loaded: a decision is matched with the version in force on its decision date, so a
version that changed afterwards would rewrite why a task exists. Source: 石大政办发〔2021〕54号, task 1.
Days are days in China; intervals are [effective_from, effective_to), ``None`` = 长期.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from kernel.decision import DecisionKind
from kernel.refusal import Fault, malformed
from supervision.domain.content import code_faults, name_faults

TRIGGERS = frozenset({DecisionKind.NEW, DecisionKind.CHANGE, DecisionKind.RENEW})
"""触发情形 a link may name; the ending kinds cancel open tasks instead."""


def in_force(day: date, effective_from: date, effective_to: date | None) -> bool:
    """True when ``day`` lies in [effective_from, effective_to)."""
    return effective_from <= day and (effective_to is None or day < effective_to)


@dataclass(frozen=True, kw_only=True)
class ChecklistLine:
    """检查项: one line of a checklist."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """检查表."""

    code: str
    name: str
    lines: tuple[ChecklistLine, ...]

    @property
    def line_codes(self) -> frozenset[str]:
        """Codes of all lines."""
        return frozenset(line.code for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Link:
    """联动关系: an approval item, of these kinds, leads to one supervision item of one department.

    ``code`` names the link for ever, across versions: two decisions meet in one open task when their links share it.
    """

    code: str
    item_code: str
    kinds: frozenset[DecisionKind]
    department: str
    check_kind: str
    checklist: str
    effective_from: date
    effective_to: date | None = None

    def triggered_by(self, kind: DecisionKind, day: date) -> bool:
        """True when a decision of this kind on this day starts the supervision (触发)."""
        return kind in self.kinds and in_force(day, self.effective_from, self.effective_to)


@dataclass(frozen=True, kw_only=True)
class CatalogueVersion:
    """目录版本. Raises ``invalid-content`` with every fault at once."""

    version: str
    effective_from: date
    effective_to: date | None = None
    checklists: tuple[Checklist, ...]
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        if faults := list(_version_faults(self)):
            raise malformed(faults)


@dataclass(frozen=True)
class Catalogue:
    """目录: every version, in the order they were loaded."""

    versions: tuple[CatalogueVersion, ...] = ()
    _links: dict[tuple[str, str], list[Link]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _lines: dict[tuple[str, str], frozenset[str]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for version in self.versions:
            for link in version.links:
                self._links.setdefault((version.version, link.item_code), []).append(link)
            for checklist in version.checklists:
                self._lines[version.version, checklist.code] = checklist.line_codes

    def version(self, name: str) -> CatalogueVersion | None:
        """The version of that name."""
        return next((version for version in self.versions if version.version == name), None)

    def in_force(self, day: date) -> CatalogueVersion | None:
        """The version that counts on a day (当日有效版本).

        Of several in force the one with the latest ``effective_from``; of equals the one loaded last.
        """
        candidates = [v for v in self.versions if in_force(day, v.effective_from, v.effective_to)]
        return max(reversed(candidates), key=lambda v: v.effective_from, default=None)

    def links(self, version: str, item_code: str, kind: DecisionKind, day: date) -> list[Link]:
        """The links of one version a decision triggers, in the order of the file."""
        return [link for link in self._links.get((version, item_code), []) if link.triggered_by(kind, day)]

    def line_codes(self, version: str, checklist: str) -> frozenset[str]:
        """The lines of a checklist of one version; a task's checklist always exists (versions never change)."""
        return self._lines[version, checklist]


def _version_faults(version: CatalogueVersion) -> Iterator[Fault]:
    yield from code_faults("/version", version.version)
    yield from _period_faults("", version.effective_from, version.effective_to)
    yield from _repeated_faults("/checklists", [checklist.code for checklist in version.checklists])
    for index, checklist in enumerate(version.checklists):
        yield from _checklist_faults(f"/checklists/{index}", checklist)
    yield from _repeated_faults("/links", [link.code for link in version.links])
    known = {checklist.code for checklist in version.checklists}
    for index, link in enumerate(version.links):
        yield from _link_faults(f"/links/{index}", link, known)
    yield from _overlap_faults(version.links)


def _checklist_faults(pointer: str, checklist: Checklist) -> Iterator[Fault]:
    yield from code_faults(f"{pointer}/code", checklist.code)
    yield from name_faults(f"{pointer}/name", checklist.name)
    if not checklist.lines:
        yield Fault(pointer=f"{pointer}/lines", zh="检查表至少有一个检查项", en="a checklist has at least one line")
    yield from _repeated_faults(f"{pointer}/lines", [line.code for line in checklist.lines])
    for index, line in enumerate(checklist.lines):
        yield from code_faults(f"{pointer}/lines/{index}/code", line.code)
        yield from name_faults(f"{pointer}/lines/{index}/text", line.text, longest=1000)


def _link_faults(pointer: str, link: Link, checklists: set[str]) -> Iterator[Fault]:
    for name in ("code", "item_code", "department", "check_kind"):
        yield from code_faults(f"{pointer}/{name}", getattr(link, name))
    if not link.kinds or not link.kinds <= TRIGGERS:
        yield Fault(
            pointer=f"{pointer}/kinds",
            zh="触发情形至少一项，可用 NEW、CHANGE、RENEW；其他情形取消未办结任务，不触发新任务",
            en="name at least one of NEW, CHANGE, RENEW; the other kinds cancel open tasks and trigger none",
        )
    if link.checklist not in checklists:
        yield Fault(
            pointer=f"{pointer}/checklist",
            zh="本版本没有该检查表，请在 checklists 中补充",
            en="this version has no such checklist; add it to checklists",
        )
    yield from _period_faults(pointer, link.effective_from, link.effective_to)


def _period_faults(pointer: str, effective_from: date, effective_to: date | None) -> Iterator[Fault]:
    if effective_to is not None and effective_to <= effective_from:
        yield Fault(
            pointer=f"{pointer}/effective_to",
            zh="失效日应晚于生效日",
            en="effective_to lies after effective_from",
        )


def _repeated_faults(pointer: str, codes: list[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, code in enumerate(codes):
        if code in seen:
            yield Fault(
                pointer=f"{pointer}/{index}/code",
                zh="编码在本版本中重复",
                en="the code appears twice in this version",
            )
        seen.add(code)


def _overlap_faults(links: tuple[Link, ...]) -> Iterator[Fault]:
    """Two codes for the same supervision would make two tasks of one decision (重复联动)."""
    same: dict[tuple[str, str, str, str], list[Link]] = {}
    for index, link in enumerate(links):
        earlier = same.setdefault((link.item_code, link.department, link.check_kind, link.checklist), [])
        if any(_overlap(link, other) for other in earlier):
            yield Fault(
                pointer=f"/links/{index}",
                zh="与前面的联动关系重复：同一事项、部门、检查类别、检查表与时段",
                en="repeats an earlier link: same item, department, check kind, checklist and period",
            )
        earlier.append(link)


def _overlap(one: Link, other: Link) -> bool:
    later, earlier = (one, other) if one.effective_from >= other.effective_from else (other, one)
    return bool(one.kinds & other.kinds) and in_force(
        later.effective_from, earlier.effective_from, earlier.effective_to
    )
