"""Notices (放假安排通知) as tables: CSV or xlsx with 起始日期, 截止日期, 类型 and 说明; every faulty row is told at once."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from approval.api.sheets import read_sheet
from approval.domain.notice import DayKind, NoticeRow
from kernel.refusal import Fault, malformed

_MOST_ROWS = 400
_HEADINGS = {"起始日期": "from", "日期": "from", "截止日期": "to", "类型": "kind", "说明": "note"}
_CHINESE = {"from": "起始日期", "to": "截止日期", "kind": "类型", "note": "说明"}
_REQUIRED = ("from", "kind")
_KINDS = {
    **dict.fromkeys(("放假", "休", "休息", "FREE"), DayKind.FREE),
    **dict.fromkeys(("上班", "班", "调休上班", "WORKING"), DayKind.WORKING),
}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def read_notice(content: bytes) -> list[NoticeRow]:
    """The rows of a file.

    Raises:
        Refusal: ``unreadable-file``; or ``invalid-content`` naming every wrong heading, or every faulty cell by its row.
    """
    sheet = read_sheet(content, _MOST_ROWS)
    names = _columns(sheet.headings)
    rows: list[NoticeRow] = []
    faults: list[Fault] = []
    for number, cells in sheet.rows:
        read = _row(number, dict(zip(names, map(_text, cells), strict=False)), faults)
        if read:
            rows.append(read)
    if not rows and not faults:
        faults.append(Fault(pointer="", zh="文件没有数据行", en="the file has no rows"))
    if faults:
        raise malformed(faults)
    return rows


def _columns(headings: tuple[str, ...]) -> list[str]:
    names = [_HEADINGS.get(heading, heading.lower()) for heading in headings]
    faults = [
        Fault(
            pointer=heading,
            zh="不认识的列，请删除或改用: 起始日期、截止日期、类型、说明",
            en="unknown column; remove it",
        )
        for heading, name in zip(headings, names, strict=True)
        if name not in _CHINESE
    ]
    for name, chinese in _CHINESE.items():
        if names.count(name) > 1:
            faults.append(Fault(pointer=chinese, zh="该列重复，请只保留一列", en=f"the column {name} stands twice"))
        if name in _REQUIRED and name not in names:
            faults.append(Fault(pointer=chinese, zh="缺少必填列", en=f"the column {name} is missing"))
    if faults:
        raise malformed(faults)
    return names


def _row(number: int, cells: Mapping[str, str], faults: list[Fault]) -> NoticeRow | None:
    before = len(faults)
    first = _day(number, "from", cells.get("from", ""), faults)
    last = _day(number, "to", cells["to"], faults) if cells.get("to") else first
    kind = _KINDS.get(cells.get("kind", "").upper())
    if kind is None:
        zh, en = "类型应为: 放假 或 上班", "the kind is FREE (放假) or WORKING (上班)"
        faults.append(_fault(number, "kind", zh, en))
    if first is None or last is None or kind is None or len(faults) > before:
        return None
    return NoticeRow(place=f"/rows/{number}", row=number, first=first, last=last, kind=kind)


def _day(number: int, name: str, text: str, faults: list[Fault]) -> date | None:
    written = _DAY.fullmatch(text)
    if written:
        with suppress(ValueError):  # the 31st of February is told like any other wrong day
            return date(*(int(part) for part in written.groups()))
    faults.append(_fault(number, name, "应为日期，如 2027-02-06", "is a day like 2027-02-06"))
    return None


def _fault(number: int, name: str, zh: str, en: str) -> Fault:
    pointer = f"/rows/{number}/{_CHINESE[name]}"
    return Fault(pointer=pointer, zh=f"第 {number} 行 {_CHINESE[name]}：{zh}", en=f"row {number}, {name}: {en}")


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.date().isoformat()
        case _:
            return str(cell).strip()
