"""Columns (列): which headings an import file may have, in Chinese or English, and how a row becomes a statement."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from approval.api.sheets import Sheet
from approval.domain.case import Statement, SupervisedObject
from approval.domain.holder import Holder
from approval.domain.intake import RowRefused
from kernel.decision import DecisionKind
from kernel.refusal import Fault, malformed
from kernel.subject import SubjectKind

W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Column:
    """列: English name, Chinese name, and the pointer of the field it fills."""

    name: str
    zh: str
    pointer: str
    required: bool = False


COLUMNS = (
    Column("source_system", "来源系统", "/source_system", required=True),
    Column("case_id", "办件编号", "/case_id", required=True),
    Column("revision", "版次", "/revision"),
    Column("kind", "办理类型", "/kind", required=True),
    Column("item_code", "事项编码", "/item_code", required=True),
    Column("region", "区划代码", "/region", required=True),
    Column("decided_on", "决定日期", "/decided_on", required=True),
    Column("valid_from", "有效期起", "/valid_from"),
    Column("valid_to", "有效期至", "/valid_to"),
    Column("commitment", "告知承诺", "/commitment"),
    Column("existing", "存量", "/existing"),
    Column("licence_no", "许可编号", "/licence_no"),
    Column("by_deceit", "不正当手段取得", "/by_deceit"),
    Column("id_type", "证件类型", "/subject/id_type", required=True),
    Column("id_no", "证件号码", "/subject/id_no", required=True),
    Column("subject_kind", "主体类别", "/subject/kind"),
    Column("subject_name", "主体名称", "/subject/name"),
    Column("object_no", "对象编号", "/object/object_no", required=True),
    Column("object_name", "对象名称", "/object/name"),
    Column("object_address", "对象地址", "/object/address"),
)
_BY_HEADING = {heading: column for column in COLUMNS for heading in (column.name, column.zh)}
_POINTERS = {column.name: column.pointer for column in COLUMNS}

_KINDS = {
    **{kind.value: kind for kind in DecisionKind},
    **dict(zip(("新办", "变更", "延续", "到期", "撤回", "撤销", "吊销", "注销"), DecisionKind, strict=True)),
}
_SUBJECT_KINDS = {
    "": None,
    **{kind.value: kind for kind in SubjectKind},
    "法人及非法人组织": SubjectKind.ORGANISATION,
    "组织": SubjectKind.ORGANISATION,
    "自然人": SubjectKind.PERSON,
}
_TRUTH = {"": False, "否": False, "false": False, "0": False, "n": False} | dict.fromkeys(
    ("是", "true", "1", "y"), True
)
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))(?:[ T]00:00(?::00)?)?")
_LASTING = {"", "长期", "2099-12-31"}
_EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number; the rest of a longer one is already lost."""


class _CellError(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def columns_of(sheet: Sheet) -> tuple[Column, ...]:
    """The columns of a sheet in its order.

    Raises:
        Refusal: ``invalid-content`` naming every unknown, repeated and missing heading.
    """
    found = [_BY_HEADING.get(heading) for heading in sheet.headings]
    faults = [
        Fault(pointer=heading, zh="不认识的列，请删除或改用模板中的列名", en="unknown column; remove or rename it")
        for heading, column in zip(sheet.headings, found, strict=True)
        if column is None
    ]
    for column in COLUMNS:
        if found.count(column) > 1:
            faults.append(Fault(pointer=column.zh, zh="该列重复，请只保留一列", en=f"{column.name} stands twice"))
        if column.required and column not in found:
            faults.append(Fault(pointer=column.zh, zh="缺少必填列", en=f"the column {column.name} is missing"))
    if faults:
        raise malformed(faults)
    return tuple(column for column in found if column)


def stated(row: int, columns: tuple[Column, ...], cells: tuple[Any, ...], *, existing: bool) -> Statement | RowRefused:
    """One row as a statement, or every cell that cannot be read. ``existing`` marks the row 存量 whatever it says."""
    faults: list[Fault] = []
    texts = _texts(columns, cells, faults)

    def read(name: str, reading: Callable[[str], Any]) -> Any:
        try:
            return reading(texts.get(name, ""))
        except _CellError as error:
            faults.append(Fault(pointer=_POINTERS[name], zh=error.zh, en=error.en))
            return None

    values = {
        "revision": read("revision", _number),
        "kind": read("kind", _kind),
        "decided_on": read("decided_on", _day),
        "valid_from": read("valid_from", _open_day),
        "valid_to": read("valid_to", _open_day),
        "commitment": read("commitment", _truth),
        "existing": read("existing", _truth) or existing,
        "by_deceit": read("by_deceit", _truth),
    }
    subject_kind = read("subject_kind", _subject_kind)
    if faults:
        return RowRefused(row=row, code="invalid-content", faults=tuple(faults))
    return _statement(texts, values, subject_kind)


def _texts(columns: tuple[Column, ...], cells: tuple[Any, ...], faults: list[Fault]) -> dict[str, str]:
    texts = {}
    for column, cell in zip(columns, cells, strict=False):
        try:
            texts[column.name] = _text(cell)
        except _CellError as error:
            faults.append(Fault(pointer=column.pointer, zh=error.zh, en=error.en))
    if any(_text_left(cell) for cell in cells[len(columns) :]):
        faults.append(Fault(pointer="", zh="单元格多于列名，请检查逗号", en="more cells than columns; look for commas"))
    return texts


def _text_left(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _statement(texts: Mapping[str, str], values: Mapping[str, Any], kind: SubjectKind | None) -> Statement:
    def text(name: str) -> str:
        return texts.get(name, "")

    # A spreadsheet turns 001 into 1: the codes have three digits.
    id_type = text("id_type").zfill(3)
    return Statement(
        source_system=text("source_system"),
        case_id=text("case_id"),
        item_code=text("item_code"),
        region=text("region"),
        licence_no=text("licence_no"),
        subject=Holder.stated(id_type, text("id_no"), kind, text("subject_name")),
        object=SupervisedObject.stated(text("object_no"), text("object_name"), text("object_address")),
        **values,
    )


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case int() | float():
            return _digits(cell)
        case datetime():
            return cell.isoformat(sep=" ") if cell.time() != datetime.min.time() else cell.date().isoformat()
        case _:
            return str(cell).strip()


def _digits(number: float) -> str:
    if abs(number) >= _EXACT:
        raise _CellError(
            "该单元格是数值，超过 15 位的数字已失真，请设为文本格式后重新填写",
            "the cell holds a number and a spreadsheet keeps 15 digits only; format it as text and type it again",
        )
    return str(int(number)) if number == int(number) else repr(number)


def _day(text: str) -> date:
    found = _DAY.fullmatch(text)
    if found:
        with suppress(ValueError):  # the 31st of February is told like any other wrong day
            return date(*(int(part) for part in found.groups() if part))
    raise _CellError("应为日期，如 2026-01-31", "is a day like 2026-01-31")


def _open_day(text: str) -> date | None:
    day = None if text in _LASTING else _day(text)
    return None if day == date(2099, 12, 31) else day


def _number(text: str) -> int:
    if not text:
        return 1
    if re.fullmatch(r"[0-9]{1,4}", text):
        return int(text)
    raise _CellError("版次应为整数，如 1", "a revision is a whole number such as 1")


def _kind(text: str) -> DecisionKind:
    return _word(text.upper(), _KINDS)


def _subject_kind(text: str) -> SubjectKind | None:
    return _word(text.upper(), _SUBJECT_KINDS)


def _truth(text: str) -> bool:
    return _word(text.lower(), _TRUTH)


def _word(text: str, words: Mapping[str, W]) -> W:
    if text in words:
        return words[text]
    known = "、".join(word for word in words if word)
    raise _CellError(f"可用的值: {known}", f"use one of: {known}")
