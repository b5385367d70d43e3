"""Chicago (芝加哥数据): three real files become decisions and inspections in time order. Pure reading, nothing is sent.

licences.csv gives the decisions (ISSUE 新办, RENEW 延续, C_LOC and C_EXPA 变更; status AAC ends with 注销, REV with 吊销),
inspections.csv the inspections; inspection_licence.csv says which inspection fell into which licence term and is
only checked against both. What the mapping does not know is counted by name and reported, never dropped in silence.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec

from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, Severity
from kernel.subject import IdType, SubjectKind
from ops.replay.checklist import CODES, lines_of, officers_of, severity_of
from ops.replay.table import FileFault, Row, UnreadableFilesError, rows

SOURCE = "chicago"
REGION = "640202"
KINDS = {
    "ISSUE": DecisionKind.NEW,
    "RENEW": DecisionKind.RENEW,
    "C_LOC": DecisionKind.CHANGE,
    "C_EXPA": DecisionKind.CHANGE,
}
ENDS = {"AAC": DecisionKind.CANCEL, "REV": DecisionKind.REVOKE}
ACTIVE = "AAI"
RESULTS = {
    "Pass": InspectionResult.PASS,
    "Pass w/ Conditions": InspectionResult.PASS_WITH_CONDITIONS,
    "Fail": InspectionResult.FAIL,
}
LICENCES, INSPECTIONS, PAIRS = "licences.csv", "inspections.csv", "inspection_licence.csv"
LICENCE_COLUMNS = (
    *("ID", "ACCOUNT_NUMBER", "LICENSE_NUMBER", "DOING_BUSINESS_AS_NAME", "ADDRESS", "LICENSE_CODE"),
    *("LICENSE_DESCRIPTION", "APPLICATION_TYPE", "LICENSE_STATUS"),
    *("LICENSE_TERM_START_DATE", "LICENSE_TERM_EXPIRATION_DATE"),
)
INSPECTION_COLUMNS = (
    *("Inspection_ID", "License", "DBA_Name", "Inspection_Date", "Results"),
    *("criticalCount", "violations", "sanitarian"),
)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One approval decision (审批决定): ``body`` is the case of the public API as JSON."""

    day: date
    kind: DecisionKind
    case_id: str
    object_no: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """One inspection (检查): ``body`` is the inspection of the public API as JSON, still without its object version."""

    day: date
    inspection_no: str
    object_no: str
    body: bytes

    def known_at(self, version: int | None) -> bytes:
        """The body, naming the version of the object the inspection depends on; None = no decision seen so far."""
        return b'{"object_version":%s,%s' % (msgspec.json.encode(version), self.body[1:])


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day of the story, decisions before inspections."""

    day: date
    decisions: tuple[Decision, ...]
    inspections: tuple[Inspection, ...]


@dataclass
class Story:
    """What the files tell. ``ignored`` counts by name what the mapping does not use."""

    decisions: list[Decision] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    items: dict[str, str] = field(default_factory=dict)
    """LICENSE_CODE → LICENSE_DESCRIPTION."""
    groups: set[str] = field(default_factory=set)
    ignored: Counter[str] = field(default_factory=Counter)

    def count(self, *kinds: DecisionKind) -> int:
        """How many decisions are of one of the kinds."""
        return sum(decision.kind in kinds for decision in self.decisions)

    def days(self) -> list[Day]:
        """The distinct days in time order; inside a day the order of the files is kept."""
        decisions: dict[date, list[Decision]] = defaultdict(list)
        inspections: dict[date, list[Inspection]] = defaultdict(list)
        for decision in self.decisions:
            decisions[decision.day].append(decision)
        for inspection in self.inspections:
            inspections[inspection.day].append(inspection)
        return [
            Day(day=day, decisions=tuple(decisions[day]), inspections=tuple(inspections[day]))
            for day in sorted({*decisions, *inspections})
        ]


def read(folder: Path) -> Story:
    """Read and map the three files of a folder. Raises UnreadableFilesError with every fault."""
    story, faults = Story(), list[FileFault]()
    terms = _read_licences(folder / LICENCES, story, faults)
    inspections = _read_inspections(folder / INSPECTIONS, story, faults)
    for row in rows(folder / PAIRS, ("Inspection_ID", "ID"), faults):
        known = row.text("Inspection_ID") in inspections and row.text("ID") in terms
        if not known:
            story.ignored["inspection_licence.csv: pair names an unknown inspection or term"] += 1
    if faults:
        raise UnreadableFilesError(faults)
    return story


def _read_licences(path: Path, story: Story, faults: list[FileFault]) -> dict[str, int]:
    seen: dict[str, int] = {}
    endings: list[Decision] = []
    for row in rows(path, LICENCE_COLUMNS, faults):
        case_id = _unique(row, "ID", seen)
        application, status = row.text("APPLICATION_TYPE"), row.text("LICENSE_STATUS")
        story.items.setdefault(row.text("LICENSE_CODE", required=True), row.text("LICENSE_DESCRIPTION"))
        start, end = row.day("LICENSE_TERM_START_DATE"), row.day("LICENSE_TERM_EXPIRATION_DATE")
        if end < start:
            row.blame("LICENSE_TERM_EXPIRATION_DATE", "早于起始日期", "is before the start of the term")
        if application in KINDS:
            story.decisions.append(_decision(row, case_id, KINDS[application], start, (start, end)))
        else:
            story.ignored[f"licences.csv: APPLICATION_TYPE {application}"] += 1
        if status in ENDS:
            endings.append(_decision(row, f"{case_id}-END", ENDS[status], end))
        elif status != ACTIVE:
            story.ignored[f"licences.csv: LICENSE_STATUS {status} (no ending decision)"] += 1
    # A licence that ends on a day on which it also began has begun first.
    story.decisions += endings
    return seen


def _decision(row: Row, case_id: str, kind: DecisionKind, day: date, term: tuple[date, date] | None = None) -> Decision:
    name, licence = row.text("DOING_BUSINESS_AS_NAME"), row.text("LICENSE_NUMBER", required=True)
    account = row.text("ACCOUNT_NUMBER", required=True)
    body = {
        "source_system": SOURCE,
        "case_id": case_id,
        "revision": 1,
        "kind": kind,
        "item_code": row.text("LICENSE_CODE"),
        "region": REGION,
        "decided_on": day,
        "valid_from": term[0] if term else None,
        "valid_to": term[1] if term else None,
        "commitment": False,
        "existing": False,
        "licence_no": licence,
        "subject": {"id_type": IdType.OTHER, "id_no": account, "kind": SubjectKind.ORGANISATION, "name": name},
        "object": {"object_no": licence, "name": name, "address": row.text("ADDRESS")},
    }
    return Decision(day=day, kind=kind, case_id=case_id, object_no=licence, body=msgspec.json.encode(body))


def _read_inspections(path: Path, story: Story, faults: list[FileFault]) -> dict[str, int]:
    seen: dict[str, int] = {}
    for row in rows(path, INSPECTION_COLUMNS, faults):
        number, result = _unique(row, "Inspection_ID", seen), row.text("Results")
        if result in RESULTS:
            story.groups.add(row.text("sanitarian"))
            story.inspections.append(_inspection(row, number, RESULTS[result], story.ignored))
        else:
            story.ignored[f"inspections.csv: Results {result}"] += 1
    return seen


def _inspection(row: Row, number: str, result: InspectionResult, ignored: Counter[str]) -> Inspection:
    day, licence, listed = row.day("Inspection_Date"), row.text("License", required=True), row.codes("violations")
    codes = [code for code in listed if code in CODES]
    ignored.update(f"inspections.csv: violation {code} is not on the checklist" for code in listed if code not in CODES)
    body = {
        "source_system": SOURCE,
        "inspection_no": number,
        "object_no": licence,
        "object_name": row.text("DBA_Name"),
        "region": REGION,
        "inspected_on": day,
        "inspectors": officers_of(row.text("sanitarian")),
        "result": result,
        "lines": lines_of(codes),
        "findings": _findings(row, result, codes, ignored),
    }
    return Inspection(day=day, inspection_no=number, object_no=licence, body=msgspec.json.encode(body))


def _findings(row: Row, result: InspectionResult, codes: Sequence[int], ignored: Counter[str]) -> list[dict[str, str]]:
    """One finding per listed code. Of a Fail, criticalCount decides whether anything was critical (it decides the record).

    Where codes and criticalCount of a Fail contradict each other, the count wins and the finding says so in its note:
    the worst code is raised to CRITICAL, or critical codes are lowered to SERIOUS. The given files never need it.
    """
    critical = row.count("criticalCount")
    findings = [{"line_code": str(code), "severity": severity_of(code), "note": ""} for code in codes]
    if bool(critical) == any(finding["severity"] is Severity.CRITICAL for finding in findings):
        return findings
    if result is not InspectionResult.FAIL:
        ignored["inspections.csv: criticalCount disagrees with the codes of a passed inspection"] += 1
        return findings
    if critical and not findings and row.sound:
        row.blame("violations", "criticalCount 大于 0 但未列出编号", "is empty although criticalCount is above 0")
    worst = Severity.CRITICAL if critical else Severity.SERIOUS
    wrong = findings[:1] if critical else [f for f in findings if f["severity"] is Severity.CRITICAL]
    for finding in wrong:
        finding.update(severity=worst, note=f"按 criticalCount={critical} 调整")
    return findings


def _unique(row: Row, column: str, seen: dict[str, int]) -> str:
    value = row.text(column, required=True)
    first = seen.setdefault(value, row.line)
    if first != row.line:
        row.blame(column, f"与第 {first} 行重复", f"repeats line {first}")
    return value
