"""Export (报送): which rows go to an authority in a batch, as new (i), changed (u) or withdrawn (d), and which do not.

Pure. A row is known by its key in its table; what was sent last says what is sent now: the same content never twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

from kernel.field_table import Cell, FieldFault, FieldTable, Secret, Value, judge
from kernel.masking import masked, masked_name
from kernel.placeholder import is_placeholder
from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import SubjectKind
from kernel.text import prose_fault

_MOST_BATCHES = 99_999
_LONGEST_CODE, _LONGEST_REASON = 64, 1000
Reference = Callable[[str, str], str]
"""(what, text) → keyed reference: how personal data counts for the content without being kept."""


class Operation(StrEnum):
    """操作类型 ``cd_operation``: what the authority does with a row."""

    INSERT = "i"  # 新增
    UPDATE = "u"  # 变更
    DELETE = "d"  # 撤下


class ExportNotice(StrEnum):
    """通知种类 of exports."""

    EXPORT_DUE = "EXPORT_DUE"  # 报送临期、逾期


@dataclass(frozen=True, kw_only=True)
class RunExport:
    """报送一批: rows dated in [first, last], both days included. Raises ``invalid-content``."""

    table: str
    first: date
    last: date
    by: str

    def __post_init__(self) -> None:
        faults = _who(self.by)
        if self.last < self.first:
            zh, en = "截止日不得早于起始日", "the last day is not before the first"
            faults.append(Fault(pointer="/to", zh=zh, en=en))
        if faults:
            raise malformed(faults)

    def require_day(self, today: date) -> None:
        """Nothing later than today is sent; else ``invalid-content``."""
        if self.last > today:
            zh, en = f"截止日不能晚于今天 {today}", f"the last day must not lie after today, {today}"
            raise malformed([Fault(pointer="/to", zh=zh, en=en)])


@dataclass(frozen=True, kw_only=True)
class Disclose:
    """取完整文件: a named person asks for a file with the personal data in it. Raises ``invalid-content``."""

    batch: str
    by: str
    reason: str

    def __post_init__(self) -> None:
        faults = _who(self.by)
        if not self.reason.strip():
            zh, en = "请写明取用完整个人信息的理由", "say why the personal data is needed"
            faults.append(Fault(pointer="/reason", zh=zh, en=en))
        if fault := prose_fault("/reason", self.reason, longest=_LONGEST_REASON):
            faults.append(fault)
        if faults:
            raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """一行待报: what a service knows of a row today."""

    key: str
    dated_on: date
    """决定日期、检查日期: the day the window and the limit go by."""
    department: str
    kind: SubjectKind
    values: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class SentRow:
    """报送台账的一行: what the authority has of a row."""

    key: str
    digest: bytes
    operation: Operation
    dated_on: date
    department: str
    cells: Mapping[str, Cell]
    secrets: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ExportLine:
    """一行报送. ``cells``: as shown, persons masked; ``secrets``: what the masks hide."""

    key: str
    operation: Operation
    digest: bytes
    dated_on: date
    department: str
    cells: Mapping[str, Cell]
    secrets: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def whole(self) -> Mapping[str, Cell]:
        """The cells without masks."""
        return {**self.cells, **self.secrets}


@dataclass(frozen=True, kw_only=True)
class RowFault:
    """一行被拒的一处."""

    key: str
    fault: FieldFault


@dataclass(frozen=True, kw_only=True)
class ExportPlan:
    """报送方案."""

    lines: tuple[ExportLine, ...]
    refused: tuple[RowFault, ...]
    unchanged: int

    @property
    def refused_rows(self) -> int:
        """Rows that were refused; one may have several faults."""
        return len({each.key for each in self.refused})

    def count(self, operation: Operation) -> int:
        """Lines with an operation."""
        return sum(line.operation is operation for line in self.lines)


def batch_number(day: date, counter: int) -> str:
    """``cd_batch``: yyyymmdd and five digits. Refuses ``batches-used-up`` (409) after 99,999 of a day."""
    if counter > _MOST_BATCHES:
        raise Refusal(
            code="batches-used-up",
            zh=f"{day} 已有 {_MOST_BATCHES} 个批次，请次日再报",
            en=f"{day} has had {_MOST_BATCHES} batches; export again tomorrow",
            status=409,
        )
    return f"{day:%Y%m%d}{counter:05}"


def plan(
    table: FieldTable,
    command: RunExport,
    candidates: Sequence[Candidate],
    sent: Mapping[str, SentRow],
    stamps: Mapping[str, Value],
    reference: Reference,
) -> ExportPlan:
    """What a batch says. ``sent``: what was sent of rows of the window; ``stamps``: the fields the batch gives."""
    lines: list[ExportLine] = []
    refused: list[RowFault] = []
    unchanged = 0
    stamped = {each.code: stamps[each.code] for each in table.fields if each.stamped and each.code in stamps}
    known = {each.key: each for each in candidates}
    for candidate in sorted(candidates, key=lambda each: (each.dated_on, each.key)):
        if not (command.first <= candidate.dated_on <= command.last or candidate.key in sent):
            continue
        verdict = judge(table, candidate.kind, {**candidate.values, **stamped})
        if verdict.faults:
            refused += [RowFault(key=candidate.key, fault=fault) for fault in verdict.faults]
            continue
        line = _line(table, candidate, verdict.cells, sent.get(candidate.key), reference)
        lines += [line] if line else []
        unchanged += line is None
    lines += [_withdrawn(table, each, stamped) for key, each in sorted(sent.items()) if _gone(each, key in known)]
    return ExportPlan(lines=tuple(_marked(table, line) for line in lines), refused=tuple(refused), unchanged=unchanged)


def _gone(sent: SentRow, known: bool) -> bool:  # noqa: FBT001 - said once, above
    return sent.operation is not Operation.DELETE and not known


def _line(
    table: FieldTable, row: Candidate, cells: Mapping[str, Cell], before: SentRow | None, reference: Reference
) -> ExportLine | None:
    secrets = dict(_secrets(table, row.kind, cells))
    digest = _digest(table, cells, secrets, reference)
    has = before is not None and before.operation is not Operation.DELETE
    if has and before is not None and before.digest == digest:
        return None
    return ExportLine(
        key=row.key,
        operation=Operation.UPDATE if has else Operation.INSERT,
        digest=digest,
        dated_on=row.dated_on,
        department=row.department,
        cells={**cells, **{code: _hidden(table, code, cell) for code, cell in secrets.items()}},
        secrets=secrets,
    )


def _withdrawn(table: FieldTable, before: SentRow, stamped: Mapping[str, Value]) -> ExportLine:
    """What the authority has, as a row to take down."""
    said = {each.code: stamped[each.code] for each in table.fields if each.code in stamped}
    return ExportLine(
        key=before.key,
        operation=Operation.DELETE,
        digest=before.digest,
        dated_on=before.dated_on,
        department=before.department,
        cells={**before.cells, **{code: _stamp(table, value) for code, value in said.items()}},
        secrets=before.secrets,
    )


def _marked(table: FieldTable, line: ExportLine) -> ExportLine:
    """With its operation written where the table has a place for it."""
    if "cd_operation" not in table.codes:
        return line
    fields = {name: getattr(line, name) for name in ExportLine.__dataclass_fields__}
    return ExportLine(**{**fields, "cells": {**line.cells, "cd_operation": line.operation.value}})


def _stamp(table: FieldTable, value: Value) -> Cell:
    return value.strftime(table.dates) if isinstance(value, date) else str(value or "")


def _secrets(table: FieldTable, kind: SubjectKind, cells: Mapping[str, Cell]) -> Iterator[tuple[str, Cell]]:
    for each in table.fields:
        personal = each.secret is Secret.OFFICER or (each.secret is not Secret.NONE and kind is SubjectKind.PERSON)
        cell = cells[each.code]
        if personal and cell and not (isinstance(cell, str) and is_placeholder(cell)):
            yield each.code, cell


def _hidden(table: FieldTable, code: str, cell: Cell) -> Cell:
    secret = next(each.secret for each in table.fields if each.code == code)
    mask = masked if secret is Secret.NUMBER else masked_name
    return [mask(part) for part in cell] if isinstance(cell, list) else mask(cell)


def _digest(table: FieldTable, cells: Mapping[str, Cell], secrets: Mapping[str, Cell], reference: Reference) -> bytes:
    """32 bytes, equal for equal content; what the batch gives is no content, personal data counts by its reference."""
    words: list[Any] = []
    for each in table.fields:
        if not each.stamped:
            cell = cells[each.code]
            said = "\x1e".join(cell) if isinstance(cell, list) else cell
            words.append(f"{each.code}\x1d{reference(each.code, said) if each.code in secrets else said}")
    return sha256("\x1f".join(words).encode()).digest()


def _who(by: str) -> list[Fault]:
    if not by.strip():
        return [Fault(pointer="/by", zh="请写明经办人编码", en="say who does it")]
    fault = prose_fault("/by", by, longest=_LONGEST_CODE)
    return [fault] if fault else []
