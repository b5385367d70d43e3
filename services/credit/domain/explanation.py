"""Explanation (评价说明): what the records of a subject amount to on a day, with all it rests on. Pure.

A past day shows what was used then by what is known now: a record that was withdrawn never was, numbers merged since count
as one. A day to come shows what will be if nothing further happens.
"""

from dataclasses import dataclass
from datetime import date

from credit.domain.record import CreditRecord
from credit.domain.rulebook import Rulebook
from credit.domain.scorecard import KIND_ZH, changes_on, score
from credit.domain.subject import Subject
from kernel.credit import Grade, RecordClass, RecordKind, RecordState
from kernel.subject import SubjectKey


@dataclass(frozen=True, kw_only=True)
class ExplainedReason:
    """得分原因 with its record. ``points`` are those given: after decay, cap and the bounds of the score."""

    record_id: str
    points: int
    full_points: int
    """Before decay (原始分值)."""
    percent: int
    """Left after decay (衰减比例), of 100."""
    text: str
    kind: RecordKind
    record_class: RecordClass
    begins_on: date
    used_until: date | None
    document_no: str
    source: str
    """Where the points of the class come from (依据)."""


@dataclass(frozen=True, kw_only=True)
class UnusedRecord:
    """A record that is not used on the day (未使用的记录), and why."""

    record_id: str
    state: RecordState
    begins_on: date
    ended_on: date | None
    why_zh: str
    why_en: str


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """评价说明. ``grade`` None: there is no record, so there is no grade."""

    subject: SubjectKey
    as_of: date
    grade: Grade | None
    score: int
    base: int
    floor: int
    ceiling: int
    grades: tuple[tuple[Grade, int], ...]
    """Each grade with its lowest score (等级界限), best first."""
    reasons: tuple[ExplainedReason, ...]
    unused: tuple[UnusedRecord, ...]
    rules: str
    rules_from: date
    next_change_on: date | None
    """The next day on which it may change by itself (下次变化日)."""


def explained(subject: Subject, as_of: date, rules: Rulebook) -> Explanation:
    """Score a subject on a day and say why. Refuses ``no-rule-in-force``."""
    edition = rules.on(as_of)
    card = edition.scorecard
    records = subject.records.values()
    found = score(records, as_of, card)
    sources = {(item.record_class, item.kind): item.source for item in card.items}

    def reason(record: CreditRecord, points: int, text: str) -> ExplainedReason:
        key = (record.record_class, record.kind)
        return ExplainedReason(
            record_id=record.record_id,
            points=points,
            full_points=card.full_points_of(record),
            percent=card.percent_of(record, as_of),
            text=text,
            kind=record.kind,
            record_class=record.record_class,
            begins_on=record.begins_on,
            used_until=record.max_until,
            document_no=record.document_no,
            source=sources.get(key) or sources[record.record_class, None],
        )

    days = (changes_on(records, as_of, card), rules.next_after(as_of))
    return Explanation(
        subject=subject.root.key,
        as_of=as_of,
        grade=found.grade if records or subject.standing else None,
        score=found.score,
        base=card.base.value,
        floor=card.floor.value,
        ceiling=card.ceiling.value,
        grades=tuple((grade, lowest.value) for grade, lowest in card.grades),
        reasons=tuple(reason(subject.records[r.record_id], r.points, r.text) for r in found.reasons),
        unused=tuple(_unused(record, as_of) for record in records if not record.in_period_on(as_of)),
        rules=edition.version,
        rules_from=edition.effective_from,
        next_change_on=min((day for day in days if day), default=None),
    )


def _unused(record: CreditRecord, on: date) -> UnusedRecord:
    what = f"{record.begins_on} {KIND_ZH[record.kind]} {record.document_no or record.number}"
    if record.state is RecordState.WITHDRAWN:
        zh, en = "已撤销，视为从未有过", "withdrawn: it never was"
    elif on < record.begins_on:
        zh, en = f"自 {record.begins_on} 起才使用", f"not used before {record.begins_on}"
    else:
        last = record.ended_on or record.max_until
        zh, en = f"至 {last} 已停止使用", f"not used any more, since {last}"
    return UnusedRecord(
        record_id=record.record_id,
        state=record.state,
        begins_on=record.begins_on,
        ended_on=record.ended_on,
        why_zh=f"{what}：{zh}",
        why_en=en,
    )
