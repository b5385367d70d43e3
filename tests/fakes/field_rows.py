"""Rows a field table takes, made from the table: every field that concerns the subject is filled, each as it should be."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from kernel.field_table import Applies, Field, FieldKind, FieldTable, Value
from kernel.field_table_file import parse
from kernel.subject import SubjectKind

SERVICES = Path(__file__).parents[2] / "services"
TABLES = {path.stem: parse(path.read_text(encoding="utf-8")) for path in sorted(SERVICES.glob("*/field_tables/*.toml"))}
USCC = "91440101MA5C44W11J"
"""A real code with a right check digit (domain research 2.1)."""
_DAYS = {"filing_date": 2, "decision_date": 5, "check_date": 6, "close_date": 9, "submitted_date": 20}


def concerns(field: Field, kind: SubjectKind) -> bool:
    wanted = Applies.PERSON if kind is SubjectKind.PERSON else Applies.ORGANISATION
    return field.applies in {Applies.ALL, wanted}


def a_value(field: Field) -> Value:
    match field.kind:
        case FieldKind.DATE:
            return date(2026, 3, _DAYS.get(field.code, 10))
        case FieldKind.DECIMAL:
            return Decimal("0.5")
        case FieldKind.CODE:
            return field.codes[0]
        case FieldKind.USCC:
            return USCC
        case FieldKind.LIST:
            return [field.codes[0] if field.codes else f"名{n}" for n in range(max(field.at_least, 1))]
        case _:
            return "某"


def a_row(table: FieldTable, kind: SubjectKind = SubjectKind.ORGANISATION) -> dict[str, Value]:
    row = {field.code: a_value(field) for field in table.fields if concerns(field, kind)}
    return row | ({"no_penalty": False} if "no_penalty" in row else {})
