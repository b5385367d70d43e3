"""Repair notice (修复告知书): goes out together with the penalty decision (两书同达, 国办发〔2025〕22号).

Where early repair is excluded it says so, and when publicity ends by itself.
"""

from dataclasses import dataclass
from datetime import date

from credit.domain.process import NoticeRule, NoticeText
from credit.domain.record import day_after
from credit.domain.repair import RecordFacts
from kernel.credit import RecordKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairNotice:
    """修复告知书 of one record, in both languages."""

    repairable: bool
    earliest_on: date
    """The first day a repair may be applied for; excluded: the day after publicity ended by itself."""
    max_until: date | None
    zh: NoticeText
    en: NoticeText
    sentence_zh: str
    sentence_en: str


def goes_with(record: RecordFacts) -> bool:
    """True for a penalty that is shown: its notice is delivered with the decision."""
    return record.kind is RecordKind.PENALTY and record.public and record.negative


def notice_of(record: RecordFacts, rule: NoticeRule) -> RepairNotice:
    """The notice of a record. Pure."""
    end = day_after(record.max_until)
    if not record.repairable:
        zh = f"本处罚依法不得提前停止公示，不适用提前修复；公示至 {record.max_until}，{end} 起自动停止公示和使用。"
        en = f"Early repair is excluded for this penalty; it is shown until {record.max_until} and ends by itself on {end}."
        none_zh = NoticeText(conditions=(zh,), papers=())
        none_en = NoticeText(conditions=(en,), papers=())
        return RepairNotice(
            repairable=False,
            earliest_on=end,
            max_until=record.max_until,
            zh=none_zh,
            en=none_en,
            sentence_zh=zh,
            sentence_en=en,
        )
    earliest = day_after(record.min_until) if record.min_until else record.begins_on
    return RepairNotice(
        repairable=True,
        earliest_on=earliest,
        max_until=record.max_until,
        zh=rule.zh,
        en=rule.en,
        sentence_zh=f"{earliest} 起，符合条件的可以申请信用修复；不申请的，公示至 {record.max_until}，{end} 起自动停止公示和使用。",
        sentence_en=f"From {earliest} on repair may be applied for when the conditions are met; otherwise the record is "
        f"shown until {record.max_until} and ends by itself on {end}.",
    )
