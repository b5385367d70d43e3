"""Mapping (列对应): which heading of somebody's file fills which field, suggested from what offices call things.

What a file does not say because every row says the same (来源系统, 区划) is said once, beside it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from approval.api.columns import COLUMNS, Column, stated
from approval.api.sheets import Sheet
from approval.domain.case import Statement
from approval.domain.intake import RowRefused
from kernel.refusal import Fault, malformed
from kernel.subject import IdType
from kernel.text import text_fault

_BY_NAME = {column.name: column for column in COLUMNS}
_ALSO_CALLED = {
    "case_id": ("办件号", "办件流水号", "受理编号", "受理号", "业务流水号"),
    "kind": ("办件类型", "业务类型", "申请类型"),
    "item_code": ("事项代码", "事项编号", "行政许可事项编码"),
    "region": ("行政区划代码", "行政区划", "区划"),
    "decided_on": ("许可决定日期", "发证日期", "决定时间", "办结日期"),
    "valid_from": ("有效期自", "有效期开始", "有效期起始日期"),
    "valid_to": ("有效期止", "有效期截止", "有效期限", "有效期截止日期"),
    "commitment": ("是否告知承诺",),
    "existing": ("是否存量",),
    "licence_no": ("许可证编号", "许可证号", "证书编号"),
    "id_no": ("统一社会信用代码", "社会信用代码", "身份证号", "身份证号码", "证照号码", "行政相对人代码"),
    "subject_name": ("企业名称", "单位名称", "市场主体名称", "市场主体", "行政相对人名称", "申请人名称", "申请人"),
    "object_no": ("监管对象编号", "场所编号", "门店编号"),
    "object_name": ("监管对象", "监管对象名称", "场所名称", "店铺名称", "门店名称"),
    "object_address": ("经营场所", "经营地址", "地址", "场所地址"),
}
"""Field → headings met in files of offices (工程约定)."""
_BY_HEADING = {
    **{name: field for field, names in _ALSO_CALLED.items() for name in names},
    **{word: column.name for column in COLUMNS for word in (column.name, column.zh)},
}
_ID_TYPES = {
    **dict.fromkeys(("统一社会信用代码", "社会信用代码"), IdType.USCC),
    **dict.fromkeys(("身份证号", "身份证号码"), IdType.RESIDENT),
}
_LONGEST_TEXT = 400
"""Characters of a heading, or of what every row says."""
_NOISE = re.compile(r"[\s*＊_：:]|[（(].*?[）)]")


def suggested(headings: Sequence[str], region: str) -> tuple[dict[str, str], dict[str, str]]:
    """(field → heading, field → what every row says): a first guess, for a person to look at. ``region``: 区划 here."""
    columns: dict[str, str] = {}
    fixed: dict[str, str] = {}
    for heading in headings:
        plain = _NOISE.sub("", heading)
        field = _BY_HEADING.get(heading) or _BY_HEADING.get(plain) or _BY_HEADING.get(heading.strip().lower())
        if field and field not in columns:
            columns[field] = heading
            if field == "id_no" and plain in _ID_TYPES:
                fixed["id_type"] = _ID_TYPES[plain].value
    if "region" not in columns:
        fixed["region"] = region
    return columns, {field: text for field, text in fixed.items() if field not in columns}


def must_fit(headings: Sequence[str], columns: Mapping[str, str], fixed: Mapping[str, str]) -> None:
    """Let a mapping pass that this file has every column of. Refuses ``invalid-content`` with every fault."""
    faults = [
        Fault(pointer=f"/{field}", zh="没有这个字段", en="there is no such field")
        for field in (*columns, *fixed)
        if field not in _BY_NAME
    ]
    for field, heading in columns.items():
        if heading not in headings:
            faults.append(
                Fault(pointer=f"/{field}", zh=f"文件中没有列“{heading}”", en=f"the file has no column {heading}")
            )
        elif list(headings).count(heading) > 1:
            zh, en = (
                f"列“{heading}”重复，请改名后重新上传",
                f"the column {heading} stands twice; rename one, upload again",
            )
            faults.append(Fault(pointer=f"/{field}", zh=zh, en=en))
    for field, text in (*columns.items(), *fixed.items()):
        if unfit := text_fault(f"/{field}", text, longest=_LONGEST_TEXT):
            faults.append(unfit)
    for column in COLUMNS:
        if column.required and not (columns.get(column.name) or fixed.get(column.name)):
            zh, en = (
                f"请为“{column.zh}”选一列，或填写每行相同的值",
                f"choose a column for {column.name}, or what all rows say",
            )
            faults.append(Fault(pointer=f"/{column.name}", zh=zh, en=en))
    if faults:
        raise malformed(faults)


def rows_of(
    sheet: Sheet, columns: Mapping[str, str], fixed: Mapping[str, str], *, existing: bool
) -> list[tuple[int, Statement | RowRefused]]:
    """Every row as a statement, or what of it cannot be read. Refuses as ``must_fit``."""
    must_fit(sheet.headings, columns, fixed)
    places = [(_BY_NAME[field], sheet.headings.index(heading)) for field, heading in columns.items()]
    beside = [(_BY_NAME[field], text) for field, text in fixed.items() if field not in columns and text]
    fields: tuple[Column, ...] = (*(column for column, _ in places), *(column for column, _ in beside))

    def picked(cells: Sequence[Any]) -> tuple[Any, ...]:
        return (*(cells[at] if at < len(cells) else None for _, at in places), *(text for _, text in beside))

    return [(number, stated(number, fields, picked(cells), existing=existing)) for number, cells in sheet.rows]


def headings_by_pointer(columns: Mapping[str, str]) -> dict[str, str]:
    """Pointer of a field → the heading its column has in this file; the field's own name where every row says the same."""
    return {column.pointer: columns.get(column.name, column.zh) for column in COLUMNS}
