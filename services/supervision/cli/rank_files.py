"""Files of real checks and permits (排序检验的数据文件), in the layout of tests/data/chicago, as facts of a history.

Not read at all, being known only afterwards or not to be used: LICENSE_STATUS, maxDate, the pairs of checks and terms,
Inspection_Type, Risk and ``sanitarian``. A check named twice counts once, as the first folder tells it.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ops.replay.table import FileFault, Row, UnreadableFilesError, rows
from supervision.domain.ranking import DueCheck, History, PastCheck, Registration

_SOURCE, _WITHOUT_LICENCE = "file", "check without licence"
_NO_LICENCE = {"", "0"}
"""Written where there is none; such checks have nothing to do with each other."""
_CHECKS = (
    *("Inspection_ID", "License", "Facility_Type", "Zip", "Inspection_Date"),
    *("criticalCount", "seriousCount", "minorCount"),
)
_PERMITS = ("LICENSE_NUMBER", "LICENSE_TERM_START_DATE", "LICENSE_DESCRIPTION", "ZIP_CODE", "minDate")


def read(folders: Sequence[Path]) -> tuple[History, list[PastCheck]]:
    """The history of all folders, and its checks in time order. Raises UnreadableFilesError with every fault."""
    faults = list[FileFault]()
    checks = dict[str, PastCheck]()
    permits = set[Registration]()
    for folder in folders:
        for row in rows(folder / "inspections.csv", _CHECKS, faults):
            check = _check(row)
            checks.setdefault(check.check_no, check)
        permits.update(_permit(row) for row in rows(folder / "licences.csv", _PERMITS, faults))
    if faults:
        raise UnreadableFilesError(faults)
    found = sorted(checks.values(), key=lambda check: (check.on, int(check.check_no)))
    return History(found, permits), found


def due(checks: Sequence[PastCheck], first: date, last: date) -> list[DueCheck]:
    """Every check dated in the window, both days included."""
    return [
        DueCheck(check_no=int(check.check_no), target=check.target, on=check.on, critical=check.critical)
        for check in checks
        if first <= check.on <= last
    ]


def _check(row: Row) -> PastCheck:
    number, licence = str(row.count("Inspection_ID")), row.text("License")
    return PastCheck(
        check_no=number,
        target=(_SOURCE, licence) if licence not in _NO_LICENCE else (_WITHOUT_LICENCE, number),
        on=row.day("Inspection_Date"),
        critical=row.count("criticalCount") > 0,
        serious=row.count("seriousCount") > 0,
        minor=row.count("minorCount"),
        kind=row.text("Facility_Type"),
        area=row.text("Zip"),
    )


def _permit(row: Row) -> Registration:
    """A term: known from its first day on; ``minDate``, the first day of the first one, cannot be later than that."""
    start = row.day("LICENSE_TERM_START_DATE")
    return Registration(
        target=(_SOURCE, row.text("LICENSE_NUMBER")),
        known_from=start,
        since=min(start, row.day("minDate")),
        kind=row.text("LICENSE_DESCRIPTION"),
        area=row.text("ZIP_CODE"),
    )
