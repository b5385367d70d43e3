"""Reading (读入): a workbook as a catalogue version, or every fault of it at once, each at its cell."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kernel.refusal import Fault, Refusal
from supervision.api.workbook import cells
from supervision.api.workbook.columns import (
    CHECKLIST_COLUMNS,
    CHECKLIST_SHEET,
    LINK_COLUMNS,
    LINK_DEFAULTS,
    LINK_SHEET,
    VERSION_COLUMNS,
    VERSION_SHEET,
    Column,
)
from supervision.api.workbook.faults import BrokenFile
from supervision.api.workbook.places import Places
from supervision.api.workbook.sheets import Rows, open_sheets
from supervision.domain.catalogue import CatalogueVersion, Checklist, ChecklistLine, Conditions, Link, Trigger
from supervision.domain.catalogue.version import condition_faults

_STAND_IN = {"effective_from": date.min, "triggers": frozenset({Trigger.NEW})}
"""What stands for a required cell that cannot be read, while the rest of the file is looked through."""


def read_version(content: bytes, conditions: Conditions) -> CatalogueVersion:
    """The version a workbook holds.

    Raises:
        Refusal: ``unreadable-file``, the file cannot be opened.
        BrokenFile: faults, each with its cell.
    """
    sheets = open_sheets(content)
    places = Places()
    header = _header(places, *sheets[VERSION_SHEET])
    links = tuple(
        Link(**{**LINK_DEFAULTS, **values})
        for values in _table(places, *sheets[LINK_SHEET], LINK_COLUMNS, "/links/{}/{}")
    )
    checklists = _checklists(places, *sheets[CHECKLIST_SHEET])
    version = None
    try:
        version = CatalogueVersion(**header, checklists=checklists, links=links)
    except Refusal as refusal:
        places.add(refusal.faults)
    places.add(condition_faults(links, conditions))
    if version is None or places.located:
        raise BrokenFile(faults=tuple(located.fault for located in places.located), located=places.located)
    return version


def _header(places: Places, title: str, rows: Rows) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for number, row in enumerate(rows, start=1):
        heading = cells.text(row[0]) if row else ""
        column = next((column for column in VERSION_COLUMNS if column.is_headed(heading)), None)
        if column is None:
            continue
        pointer = f"/{column.name}"
        places.put(pointer, title, number, 2, column)
        said[column.name] = _value(places, pointer, column, row[1] if len(row) > 1 else None)
    for column in VERSION_COLUMNS:
        if column.name not in said:
            places.put(f"/{column.name}", title, 1, 1, column)
            said[column.name] = _value(places, f"/{column.name}", column, None)
    return {name: value for name, value in said.items() if value is not None or name == "effective_to"}


def _table(places: Places, title: str, rows: Rows, columns: Sequence[Column], pointer: str) -> list[dict[str, Any]]:
    """The filled rows as values; ``pointer`` has a place for the number of the row and one for the field."""
    filled = [(n, row) for n, row in enumerate(rows, start=1) if any(cells.text(cell).strip() for cell in row)]
    (first, headings), *body = filled or [(1, [])]
    where = _places_of_columns(places, title, first, headings, columns)
    table = []
    for index, (number, row) in enumerate(body):
        places.put(pointer.format(index, "").rstrip("/"), title, number, 1, None)
        values = {}
        for column in columns:
            at = where.get(column.name)
            place = pointer.format(index, column.name)
            places.put(place, title, number, at or 1, column)
            value = _value(places, place, column, row[at - 1] if at and at <= len(row) else None)
            if value is not None:
                values[column.name] = value
        table.append(values)
    return table


def _places_of_columns(
    places: Places, title: str, row: int, headings: Sequence[Any], columns: Sequence[Column]
) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, cell in enumerate(headings, start=1):
        heading = cells.text(cell)
        column = next((column for column in columns if column.is_headed(heading)), None)
        if column and column.name not in found:
            found[column.name] = number
        elif heading.strip():
            zh, en = (
                "不认识或重复的列名，请按模板更正或删除此列",
                "unknown or repeated heading; correct or delete the column",
            )
            places.fault_at(title, row, number, Fault(pointer=heading, zh=zh, en=en))
    return found


def _value(places: Places, pointer: str, column: Column, cell: Any) -> Any:
    """The value of a cell; None when it is empty and may be."""
    said = cells.text(cell)
    if not (said if column.read is str else said.strip()):
        if not column.required:
            return None
        zh, en = f"{column.zh}必填，请填写", f"{column.name} is required; fill it in"
        places.add([Fault(pointer=pointer, zh=zh, en=en)])
        return _STAND_IN.get(column.name, "MISSING")
    try:
        return column.read(said)
    except ValueError:
        zh = f"无法识别“{said[:50]}”，请按规则填写：{column.rule_zh}"
        en = f"cannot read “{said[:50]}”; it has to be {column.rule_en}"
        places.add([Fault(pointer=pointer, zh=zh, en=en)])
        return _STAND_IN.get(column.name)


def _checklists(places: Places, title: str, rows: Rows) -> tuple[Checklist, ...]:
    """Rows of one code are the lines of one checklist, in the order of the rows."""
    grouped: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for index, values in enumerate(_table(places, title, rows, CHECKLIST_COLUMNS, "/rows/{}/{}")):
        grouped.setdefault(values["code"], []).append((index, values))
    checklists = []
    for number, (code, lines) in enumerate(grouped.items()):
        (head, first), *others = lines
        for name in ("code", "name", "version"):
            places.same(f"/checklists/{number}/{name}", f"/rows/{head}/{name}")
            for row, values in others:
                if values.get(name) != first.get(name):
                    zh, en = (
                        f"与本检查表第一行不一致，应为“{first.get(name, '')}”",
                        "differs from the checklist's first row",
                    )
                    places.add([Fault(pointer=f"/rows/{row}/{name}", zh=zh, en=en)])
        for position, (row, _) in enumerate(lines):
            places.same(f"/checklists/{number}/lines/{position}/code", f"/rows/{row}/line_code")
            places.same(f"/checklists/{number}/lines/{position}/text", f"/rows/{row}/text")
        checklists.append(
            Checklist(
                code=code,
                name=first["name"],
                version=first.get("version", "1"),
                lines=tuple(ChecklistLine(code=values["line_code"], text=values["text"]) for _, values in lines),
            )
        )
    return tuple(checklists)
