"""Entry (手工录入): a record somebody enters: a commendation, a penalty from elsewhere, other credit information.

Every fault of the statement is told at once. A natural person arrives as a reference already; no name, no number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from credit.domain.procedure import LONGEST_CODE, Said, by_whom
from credit.domain.record import record_id_of
from kernel.credit import RecordClass, RecordKind
from kernel.refusal import Fault, malformed
from kernel.subject import IdType, SubjectKey, SubjectKind, number_fault
from kernel.text import prose_fault

ENTERED = (RecordKind.COMMENDATION, RecordKind.OTHER, RecordKind.PENALTY)
"""Kinds a person may enter; the others come from inspections and lists."""
REFERENCE = re.compile(r"P[0-9A-F]{40}")
"""主体引用 of a natural person, as the services make it."""
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,31}")
_REGION = re.compile(r"[0-9]{6}")
_LONGEST_NAME = 200
_LONGEST_DETAIL = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterRecord:
    """录入信用记录. ``subject``: of a natural person the reference; then ``name`` is empty."""

    kind: RecordKind
    record_class: RecordClass
    subject: SubjectKey
    subject_kind: SubjectKind
    name: str = ""
    source_system: str
    region: str
    number: str = ""
    """记录来源编号; a penalty without one is known by department and document, as supervision tells it."""
    document_no: str = ""
    document_on: date | None = None
    occurred_on: date
    department: str = ""
    item_code: str = ""
    detail: str = ""
    repairable: bool = True
    """False for a penalty early repair is excluded for (总局令第45号第十四条)."""
    by: str

    @property
    def natural_number(self) -> str:
        """With source and kind what makes the record."""
        if self.number:
            return self.number
        if self.kind is RecordKind.PENALTY:
            return f"{self.department}/{self.document_no}"
        return self.document_no

    @property
    def record_id(self) -> str:
        """The id the record gets."""
        return record_id_of(self.kind, self.source_system, self.natural_number)

    @property
    def judged_on(self) -> date:
        """The day whose rules hold: that of the document, else of what happened."""
        return self.document_on or self.occurred_on


def must_be_sound(entry: EnterRecord, today: date) -> None:
    """Let a sound entry pass. Refuses ``invalid-content`` (422) with every fault and its JSON pointer."""
    faults = [*_texts(entry), *_subject(entry), *_kind(entry), *_dates(entry, today)]
    if faults:
        raise malformed(faults)


def _texts(entry: EnterRecord) -> Iterator[Fault]:
    if not _SOURCE.fullmatch(entry.source_system):
        yield Fault(
            pointer="/source_system",
            zh="来源系统为 1 至 32 位小写字母、数字、点、横线或下划线",
            en="a source system has 1 to 32 lower-case letters, digits, dots, hyphens or underscores",
        )
    if not _REGION.fullmatch(entry.region):
        yield Fault(
            pointer="/region", zh="区划代码为 GB/T 2260 的 6 位数字", en="a region is a 6-digit code of GB/T 2260"
        )
    for said in (
        by_whom(entry.by),
        Said("/number", entry.number, "记录来源编号", "the number at its source", LONGEST_CODE, needed=False),
        Said("/document_no", entry.document_no, "文书号", "the document's number", LONGEST_CODE, needed=False),
        Said("/department", entry.department, "认定部门", "the department", LONGEST_CODE),
        Said("/item_code", entry.item_code, "事项编码", "the item", LONGEST_CODE, needed=False),
        Said("/detail", entry.detail, "事实摘要", "what happened", _LONGEST_DETAIL, needed=False),
        Said("/subject/name", entry.name, "名称", "the name", _LONGEST_NAME, needed=False),
    ):
        if fault := prose_fault(said.pointer, said.text, longest=said.longest):
            yield fault
        elif said.needed and not said.text:
            yield Fault(pointer=said.pointer, zh=f"必填，请填写{said.zh}", en=f"is required: {said.en}")


def _subject(entry: EnterRecord) -> Iterator[Fault]:
    key, person = entry.subject, entry.subject_kind is SubjectKind.PERSON
    if not (person and REFERENCE.fullmatch(key.id_no)) and (
        fault := number_fault("/subject/id_no", key.id_type, key.id_no)
    ):
        yield fault
    if (key.id_type == IdType.USCC and person) or (key.id_type == IdType.RESIDENT and not person):
        expected = SubjectKind.ORGANISATION if person else SubjectKind.PERSON
        yield Fault(
            pointer="/subject/kind",
            zh=f"证件类型 {key.id_type} 的主体类别应为 {expected}",
            en=f"the holder of an id_type {key.id_type} is of kind {expected}",
        )
    if person and entry.detail:
        yield Fault(
            pointer="/detail",
            zh="自然人的记录不写事实摘要，以免写入个人信息；请删除，以文书号查阅",
            en="a record of a natural person has no detail, it might name the person; leave it out",
        )


def _kind(entry: EnterRecord) -> Iterator[Fault]:
    if entry.kind not in ENTERED:
        zh, en = f"可录入的种类为 {'、'.join(ENTERED)}", f"the kinds that are entered are {', '.join(ENTERED)}"
        yield Fault(pointer="/kind", zh=zh, en=en)
    merit = entry.record_class is RecordClass.MERIT
    if (entry.kind is RecordKind.COMMENDATION and not merit) or (entry.kind is RecordKind.PENALTY and merit):
        yield Fault(
            pointer="/record_class",
            zh="表彰的类别为 MERIT，处罚的类别为 MINOR、GENERAL 或 SERIOUS",
            en="a commendation is MERIT, a penalty is MINOR, GENERAL or SERIOUS",
        )
    if not entry.number and not entry.document_no:
        zh, en = "请填写 number（来源编号）或 document_no（文书号）", "give number or document_no: it makes the record"
        yield Fault(pointer="/number", zh=zh, en=en)
    if entry.kind is RecordKind.PENALTY and not (entry.document_no and entry.document_on):
        zh, en = "处罚须有文书号和文书日期", "a penalty has the number and the day of its document"
        yield Fault(pointer="/document_no", zh=zh, en=en)


def _dates(entry: EnterRecord, today: date) -> Iterator[Fault]:
    for pointer, day in (("/document_on", entry.document_on), ("/occurred_on", entry.occurred_on)):
        if day and day > today:
            yield Fault(pointer=pointer, zh=f"日期不得晚于今天（{today}）", en=f"is not after today ({today})")
    if entry.document_on and entry.occurred_on > entry.document_on:
        yield Fault(
            pointer="/document_on",
            zh="文书日期早于发生日期，请核对两个日期",
            en="the document is older than what it is about; compare the two dates",
        )
