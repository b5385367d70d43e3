"""Checklist (检查表) of the Chicago files: 44 numbered lines, and the catalogue that links every licence code to it.

The numbering is the city's: 1-14 critical, 15-29 serious, 30-44 minor. The Chinese names are our own and neutral.
The link never expires, is in force long before the first decision and is triggered by NEW, CHANGE and RENEW.
"""

from collections.abc import Iterable, Mapping
from zlib import crc32

from kernel.decision import DecisionKind
from kernel.inspection import LineResult, Severity

DEPARTMENT = "DEMO-FOOD"
DEPARTMENT_NAME = "食品监管局（芝加哥示例）"
CHECKLIST = "CHICAGO-44"
EFFECTIVE_FROM = "2000-01-01"
DRAFTER, PUBLISHER = "replay-drafter", "replay-publisher"
"""A version is published by another person than the one who drafted it."""
CODES = range(1, 45)
OFFICERS = (1, 2)
"""An inspection is made by two officers (行政处罚法 art. 42); the files name only a group."""
NAMELESS_GROUP = "unassigned"
USUAL_ITEMS = (
    *(
        "1003",
        "1005",
        "1006",
        "1007",
        "1008",
        "1009",
        "1010",
        "1011",
        "1012",
        "1016",
        "1020",
        "1023",
        "1033",
        "1046",
        "1050",
    ),
    *(
        "1315",
        "1330",
        "1370",
        "1375",
        "1470",
        "1471",
        "1472",
        "1473",
        "1474",
        "1475",
        "1477",
        "1480",
        "1483",
        "1505",
        "1569",
    ),
    *("1570", "1571", "1584", "1585", "1586", "1676", "1781", "4404", "4405", "4408", "8342", "8343", "8344"),
)
"""Every LICENSE_CODE of the published files: linked also when a smaller set is replayed, so that sets may follow
each other on one stack with one and the same catalogue version."""
_LAST_CRITICAL, _LAST_SERIOUS = 14, 29
_CHINESE = {Severity.CRITICAL: "严重", Severity.SERIOUS: "较重", Severity.MINOR: "轻微"}


def severity_of(code: int) -> Severity:
    """How bad a violation of a line is, by the city's numbering."""
    if code <= _LAST_CRITICAL:
        return Severity.CRITICAL
    return Severity.SERIOUS if code <= _LAST_SERIOUS else Severity.MINOR


def lines_of(failed: Iterable[int]) -> list[dict[str, str]]:
    """All 44 lines: those listed in the file 不合格, the others 合格."""
    listed = set(failed)
    return [{"code": str(code), "result": LineResult.FAIL if code in listed else LineResult.PASS} for code in CODES]


def catalogue(items: Iterable[str]) -> dict[str, object]:
    """The catalogue version (事项清单版本) supervision matches with: one routine inspection per licence code.

    ``items`` are the codes of the files. The version is named after the codes it links: other codes, other version.
    """
    codes = sorted({*USUAL_ITEMS, *items})
    triggers = [DecisionKind.NEW, DecisionKind.CHANGE, DecisionKind.RENEW]
    texts = [
        {"code": str(code), "text": f"食品经营检查第 {code} 项（{_CHINESE[severity_of(code)]}）"} for code in CODES
    ]
    links = [
        {
            "code": f"{CHECKLIST}-{item}",
            "item_code": item,
            "triggers": triggers,
            "department": DEPARTMENT,
            "check_kind": "ROUTINE",
            "checklist": CHECKLIST,
            "effective_from": EFFECTIVE_FROM,
            "effective_to": None,
        }
        for item in codes
    ]
    return {
        "by": DRAFTER,
        "version": f"chicago-{crc32(' '.join(codes).encode()):08x}",
        "effective_from": EFFECTIVE_FROM,
        "effective_to": None,
        "checklists": [{"code": CHECKLIST, "name": "食品经营日常检查表", "lines": texts}],
        "links": links,
    }


def department_lines() -> list[dict[str, str]]:
    """The one department (部门): it has the items and makes the inspections."""
    return [{"code": DEPARTMENT, "name": DEPARTMENT_NAME}]


def people_lines() -> list[dict[str, str]]:
    """The two persons (人员) of the catalogue."""
    names = {DRAFTER: "芝加哥示例起草人", PUBLISHER: "芝加哥示例发布人"}
    return [{"code": code, "name": name, "department": DEPARTMENT} for code, name in names.items()]


def item_lines(items: Mapping[str, str]) -> list[dict[str, str]]:
    """The approval items (审批事项), one per licence code."""
    return [{"item_code": code, "name": name, "department": DEPARTMENT} for code, name in sorted(items.items())]


def officers_of(group: str) -> list[str]:
    """The two officers of an inspector group; rows without a group get ``unassigned-1`` and ``unassigned-2``."""
    return [f"{group or NAMELESS_GROUP}-{number}" for number in OFFICERS]


def inspector_lines(groups: Iterable[str]) -> list[dict[str, str]]:
    """The officers (执法人员) to register."""
    codes = [code for group in sorted(groups) for code in officers_of(group)]
    return [{"code": code, "name": f"检查员 {code}", "department": DEPARTMENT} for code in codes]
