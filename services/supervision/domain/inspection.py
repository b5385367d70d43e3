"""Inspection (检查): what two officers found, checked before anything is written.

Every line of the checklist has one answer; a finding (问题) explains a line that is FAIL 不合格 and carries the
severity. A failed line without a finding is allowed: its severity was not stated, and nothing is made up for it.
Source: 行政处罚法 (2021) art. 42, 55; 食品生产经营监督检查管理办法 art. 23-24.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from kernel.inspection import InspectionResult, LineResult, Severity
from kernel.refusal import Fault, Refusal, malformed
from supervision.domain.content import code_faults, name_faults, region_faults
from supervision.domain.inspector import FEWEST


@dataclass(frozen=True, slots=True)
class Line:
    """检查项结果: the answer to one line of the checklist."""

    code: str
    result: LineResult


@dataclass(frozen=True, slots=True)
class Finding:
    """检查发现的问题."""

    line_code: str
    severity: Severity
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """检查结果单: what was found, wherever it was. Raises ``invalid-content`` with every fault at once."""

    inspection_no: str
    inspected_on: date
    inspectors: tuple[str, ...]
    result: InspectionResult
    lines: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()
    code_shown: bool | None = None
    """亮码: the officers showed the code of the inspection; None = not known."""
    code_excuse: str = ""
    """未亮码理由."""
    for_cause: bool | None = None
    """有因检查: a complaint, a clue, a transfer made it; whoever does not say so is taken to have had no cause."""
    result_class: str = ""
    """抽查结果类型 under which it is publicised; empty: the usual one. Kept with the publication alone."""

    def __post_init__(self) -> None:
        if faults := list(_report_faults(self)):
            raise malformed(faults)

    def codes(self, result: LineResult) -> tuple[str, ...]:
        """Codes of the lines with this answer, in the order they were sent."""
        return tuple(line.code for line in self.lines if line.result is result)

    @property
    def counts(self) -> bool:
        """True when an alert rule may count this inspection (预警)."""
        return self.code_shown is False or not self.for_cause

    def require_day(self, today: date) -> None:
        """An inspection lies not in the future (检查日期); else ``invalid-content``. ``today`` is the day in China."""
        if self.inspected_on > today:
            raise malformed(
                [
                    Fault(
                        pointer="/inspected_on",
                        zh=f"检查日期不能晚于今天 {today}",
                        en=f"inspected_on must not lie after today, {today}",
                    ),
                ],
            )

    def require_lines_of(self, checklist: frozenset[str]) -> None:
        """Every answered line stands in the task's checklist; else ``line-unknown`` (422) that points at each."""
        strange = [index for index, line in enumerate(self.lines) if line.code not in checklist]
        if strange:
            raise Refusal(
                code="line-unknown",
                zh="有检查项不在该任务的检查表中，请按任务的检查表提交",
                en="a line does not belong to the checklist of the task; answer the lines of that checklist",
                faults=tuple(
                    Fault(
                        pointer=f"/lines/{index}/code",
                        zh="检查表中没有该检查项",
                        en="the checklist has no such line",
                    )
                    for index in strange
                ),
            )


@dataclass(frozen=True, kw_only=True)
class ConcludeInspection:
    """按对象办结: an inspection of an object; its oldest open task is concluded, else an ad-hoc one is made.

    ``object_version``: the decision of the object the sender already knows of. ``object_name`` and ``region`` are
    used for an object no decision has named. Raises ``invalid-content``.
    """

    source_system: str
    object_no: str
    object_version: int | None = None
    object_name: str = ""
    region: str | None = None
    report: Report

    def __post_init__(self) -> None:
        faults = [
            *code_faults("/source_system", self.source_system),
            *name_faults("/object_no", self.object_no, longest=64),
            *name_faults("/object_name", self.object_name, required=False),
            *region_faults("/region", self.region),
        ]
        if faults:
            raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class ConcludeTask:
    """按任务办结: the inspection of one task; source system and object are the task's."""

    task_id: str
    report: Report


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """检查记录, unique by (source_system, inspection_no).

    ``content`` is the hash of what was sent: the same again is a duplicate, anything else under the number differs.
    ``orphan`` (对象未登记): no decision had named the object when it was inspected.
    """

    source_system: str
    object_no: str
    task_id: str
    ad_hoc: bool
    orphan: bool
    report: Report
    content: bytes
    recorded_at: datetime

    def require_same(self, content: bytes) -> None:
        """The content sent again is the one recorded; else ``inspection-differs`` (409)."""
        if self.content != content:
            raise Refusal(
                code="inspection-differs",
                zh=f"检查编号 {self.report.inspection_no} 已有不同内容的记录，请核对编号；如需更正请另行提交更正",
                en=f"inspection {self.report.inspection_no} is recorded with other content; check the number",
                status=409,
            )

    def require_task(self, task_id: str) -> None:
        """It was made for this task; else ``inspection-of-other-task`` (409)."""
        if self.task_id != task_id:
            raise Refusal(
                code="inspection-of-other-task",
                zh=f"检查 {self.report.inspection_no} 已记在任务 {self.task_id} 上，请为本任务另编检查编号",
                en=f"inspection {self.report.inspection_no} belongs to task {self.task_id}; use a number of its own",
                status=409,
            )


def content_hash(report: Report, source_system: str, object_no: str, object_name: str, region: str | None) -> bytes:
    """SHA-256 of all that was sent but ``object_version``, which is a condition and no content."""
    parts = [
        source_system,
        object_no,
        object_name,
        region or "",
        report.inspection_no,
        report.inspected_on.isoformat(),
        report.result.value,
        *report.inspectors,
        "\x1e",
        *(f"{line.code}\x1f{line.result}" for line in report.lines),
        "\x1e",
        *(f"{finding.line_code}\x1f{finding.severity}\x1f{finding.note}" for finding in report.findings),
    ]
    watched = (report.code_shown, report.code_excuse, report.for_cause)
    if watched != (None, "", None):  # what was recorded before these were asked for keeps its hash
        parts.append("\x1f".join(map(str, watched)))
    if report.result_class:
        parts.append(f"\x1f{report.result_class}")
    return sha256("\x1d".join(parts).encode()).digest()


def _report_faults(report: Report) -> Iterator[Fault]:
    yield from name_faults("/inspection_no", report.inspection_no, longest=64)
    yield from code_faults("/result_class", report.result_class) if report.result_class else ()
    yield from name_faults("/code_excuse", report.code_excuse, longest=1000, required=False)
    yield from _inspector_faults(report.inspectors)
    yield from _line_faults(report.lines)
    failed = {line.code for line in report.lines if line.result is LineResult.FAIL}
    yield from _finding_faults(report.findings, failed)


def _inspector_faults(codes: tuple[str, ...]) -> Iterator[Fault]:
    if len(set(codes)) < FEWEST:
        yield Fault(
            pointer="/inspectors",
            zh="检查应由两名以上不同的执法人员进行",
            en="an inspection is made by at least two different inspectors",
        )
    elif len(set(codes)) < len(codes):
        yield Fault(pointer="/inspectors", zh="执法人员重复", en="an inspector is named twice")
    for index, code in enumerate(codes):
        yield from code_faults(f"/inspectors/{index}", code)


def _line_faults(lines: tuple[Line, ...]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, line in enumerate(lines):
        yield from code_faults(f"/lines/{index}/code", line.code)
        if line.code in seen:
            yield Fault(pointer=f"/lines/{index}/code", zh="该检查项已有结果", en="this line is already answered")
        seen.add(line.code)


def _finding_faults(findings: tuple[Finding, ...], failed: set[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, finding in enumerate(findings):
        pointer = f"/findings/{index}"
        if finding.line_code not in failed:
            yield Fault(
                pointer=f"{pointer}/line_code",
                zh="该检查项不在 lines 中或不是 FAIL，问题只能记在不合格的检查项上",
                en="the line is not in lines or not FAIL; a finding explains a failed line",
            )
        if finding.line_code in seen:
            yield Fault(pointer=f"{pointer}/line_code", zh="该检查项已有问题记录", en="this line already has a finding")
        seen.add(finding.line_code)
        yield from name_faults(f"{pointer}/note", finding.note, longest=1000, required=False)
