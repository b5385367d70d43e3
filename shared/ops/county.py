"""The example county (示例县): the CSV files of ``examples/county`` as what the services' public APIs take.

The files stay spreadsheets anybody can edit; nothing of them is repeated in code.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ops.failure import CannotRun, Exit

FOLDER = Path("examples") / "county"
VERSION = "county-1"
CREW = 2
"""检查人数: an inspection is made by two officers (行政处罚法 art. 42)."""
_SINCE = "2020-01-01"
_TERM = 5
"""Years a certificate is renewed for."""
_LINK = (
    *("code", "item_code", "approval_catalog_code", "approval_task_code", "approval_item_name", "approval_item_type"),
    *("approval_department", "supervise_item_code", "supervise_main_item", "department", "responsible_officer"),
    *("liaison", "relation", "push_mode", "claim_limit", "first_check_limit", "feedback_limit", "method", "risk"),
    *("checklist", "legal_basis", "condition", "check_kind"),
)

Row = dict[str, str]


@dataclass(frozen=True)
class County:
    """示例县 as read from its folder."""

    folder: Path

    def items(self) -> list[dict[str, Any]]:
        """审批事项: ``item_code``, ``name``, ``department``, and whether it concerns public safety (直接关系公共安全)."""
        return [
            {name: row[name] for name in ("item_code", "name", "department")}
            | {"public_safety": row["public_safety"] == "true"}
            for row in self._rows("items")
        ]

    def departments(self) -> list[Row]:
        """部门: with head, liaison and superior."""
        return self._rows("departments")

    def people(self) -> list[Row]:
        """工作人员: with department and deputy."""
        return [{name: row[name] for name in ("code", "name", "department", "deputy")} for row in self._rows("people")]

    def inspectors(self) -> list[Row]:
        """执法人员: with the certificate and its period."""
        return self._rows("inspectors")

    def enterprises(self) -> list[Row]:
        """企业与个体工商户: ``uscc``, ``name``, ``address``."""
        return self._rows("enterprises")

    def catalogue(self) -> dict[str, Any]:
        """审管联动事项目录清单: one version, as ``POST /api/v1/catalogue-versions`` takes it but for ``by``."""
        return {
            "version": VERSION,
            "effective_from": _SINCE,
            "change_reason": "示例县首版 / first version of the example county",
            "checklists": list(self._checklists()),
            "links": list(self._links()),
        }

    def _checklists(self) -> Iterator[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for row in self._rows("checklists"):
            made = {"code": row["checklist"], "name": row["name"], "version": row["version"], "lines": []}
            found.setdefault(row["checklist"], made)["lines"].append({"code": row["line"], "text": row["text"]})
        yield from found.values()

    def _links(self) -> Iterator[dict[str, Any]]:
        departments = {row["code"]: row for row in self.departments()}
        for row in self._rows("links"):
            approver, supervisor = departments[row["approval_department"]], departments[row["department"]]
            yield {
                **{name: row[name] for name in _LINK},
                "approval_department_name": approver["name"],
                "approval_department_uscc": approver["uscc"],
                "department_name": supervisor["name"],
                "department_uscc": supervisor["uscc"],
                "triggers": row["triggers"].split(),
                "effective_from": _SINCE,
            }

    def _rows(self, name: str) -> list[Row]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


def renewed(inspectors: Sequence[Row], on: date) -> list[Row]:
    """换证: a department with fewer than two valid certificates on a day has those that ran out last renewed.

    By whole terms of five years; certificates that ran out earlier stay so, they show what the services refuse.
    """
    lasting = [row for row in inspectors if row["certificate_to"] >= on.isoformat()]
    able = Counter(row["department"] for row in lasting)
    latest: dict[str, str] = {}
    for row in inspectors:
        latest[row["department"]] = max(latest.get(row["department"], ""), row["certificate_to"])
    return [
        row | {"certificate_to": _next_end(row["certificate_to"], on)}
        if able[row["department"]] < CREW and row["certificate_to"] == latest[row["department"]]
        else row
        for row in inspectors
    ]


def _next_end(end: str, on: date) -> str:
    day = date.fromisoformat(end)
    while day < on:
        day = day.replace(year=day.year + _TERM)
    return day.isoformat()


def county(given: Path | None = None) -> County:
    """The county of a folder; else below the current folder, or below the project this package is installed from.

    Raises:
        CannotRun: there is no such folder (exit 2).
    """
    wanted = [given] if given else [Path.cwd() / FOLDER, Path(__file__).resolve().parents[2] / FOLDER]
    for folder in wanted:
        if (folder / "links.csv").is_file():
            return County(folder)
    raise CannotRun(
        zh=f"找不到示例县数据 {wanted[0]}，请在项目目录中运行",
        en=f"there is no example county in {wanted[0]}; run in the project's folder",
        exit_code=Exit.USAGE,
    )
