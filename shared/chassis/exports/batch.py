"""Batch (报送批次): what one export said, counted."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Batch:
    """报送批次; both days of its window belong to it."""

    batch: str
    table: str
    first: date
    last: date
    by: str
    at: datetime
    inserted: int
    updated: int
    deleted: int
    refused: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class ExportReceipt:
    """报送回执. ``duplicate``: nothing was new; ``batch`` is then the last one of this window, if there is any."""

    batch: Batch | None
    unchanged: int
    duplicate: bool


def batch_of(row: "object") -> Batch:
    """From the columns of ``export_batch``."""
    said = dict(row)  # type: ignore[call-overload] # rows of either driver are mappings
    names = {"table": "table_name", "first": "first_day", "last": "last_day", "by": "exported_by", "at": "exported_at"}
    return Batch(**{name: said[names.get(name, name)] for name in Batch.__dataclass_fields__})
