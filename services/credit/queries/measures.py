"""Constraints of a subject (信用约束): its open entries, its bars in force, and the measures that follow from them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from credit.domain.bar import Bar, BarState
from credit.domain.constraints import Constraints
from credit.domain.record import CreditRecord, Mark
from credit.queries.bars import open_bars_of
from credit.queries.lists import open_entries_of
from kernel.credit import BarKind, RecordClass, RecordKind, RecordState
from kernel.subject import SubjectKey

_NOT_OURS = {"id_type", "id_no", "recorded_at", "imposed_at"}


async def constraints_of(
    connection: AsyncConnection, subject: Mapping[str, Any], catalogue: Constraints, today: date
) -> dict[str, Any]:
    """``lists``, ``bars`` and ``measures`` of a subject as ``one_subject`` shows it, on a day in China."""
    family = [SubjectKey(each["id_type"], each["id_no"]) for each in subject["identities"]]
    standing = await open_bars_of(connection, family)
    in_force = catalogue.in_force(map(_record, subject["records"]), map(_bar, standing), today)
    return {
        "lists": await open_entries_of(connection, family),
        "bars": standing,
        "measures": [
            {
                "code": each.measure.code,
                "zh": each.measure.zh,
                "en": each.measure.en,
                "legal_basis": each.measure.legal_basis,
                "rests_on": each.rests_on,
            }
            for each in in_force
        ],
    }


def _record(row: Mapping[str, Any]) -> CreditRecord:
    plain = {name: value for name, value in row.items() if name not in _NOT_OURS}
    words = {
        "record_id": str(row["record_id"]),
        "subject": SubjectKey(row["id_type"], row["id_no"]),
        "kind": RecordKind(row["kind"]),
        "record_class": RecordClass(row["record_class"]),
        "state": RecordState(row["state"]),
        "marks": msgspec.convert(row["marks"], tuple[Mark, ...]),
    }
    return CreditRecord(**plain | words)


def _bar(row: Mapping[str, Any]) -> Bar:
    plain = {name: value for name, value in row.items() if name not in _NOT_OURS}
    words = {
        "bar_id": str(row["bar_id"]),
        "subject": SubjectKey(row["id_type"], row["id_no"]),
        "kind": BarKind(row["kind"]),
        "state": BarState(row["state"]),
    }
    return Bar(**plain | words)
