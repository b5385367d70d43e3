"""Complaint (投诉举报): somebody says an enterprise does wrong; a check for that cause is owed, and an answer.

Known by its channel and the number that channel gave it (工单号). Who complains comes no further than the edge: what is
kept is sealed, what is shown is masked. Source: 优化营商环境条例 art. 54; 市场监督管理投诉举报处理暂行办法.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from kernel.refusal import Fault, Refusal, malformed
from kernel.sealed import Place
from kernel.subject import IdType, number_fault
from supervision.domain.command import Command
from supervision.domain.content import code_faults, name_faults
from supervision.domain.words import CloseReason

UNLICENSED = "complaint"
"""来源系统 of objects nobody has a licence for, that are known from complaints alone; their number is the subject's."""
LONGEST_CONTENT = 4000
LONGEST_WHO = 100
SHORTEST_REASON = 4
_OLDEST = timedelta(days=3653)


@dataclass(frozen=True, kw_only=True)
class ReceiveComplaint(Command):
    """登记投诉举报. Raises ``invalid-content``.

    ``department`` empty: whoever supervises ``item_code``. ``object_no`` empty: the only object of the subject.
    ``subject_name``: what it is called, asked for when no object of it is registered. ``digest``: keyed, of all that
    was said. ``received_at`` is aware.
    """

    complaint_id: str
    channel: str
    complaint_no: str
    received_at: datetime
    id_no: str
    subject_name: str = ""
    source_system: str = ""
    object_no: str = ""
    address: str = ""
    item_code: str = ""
    department: str = ""
    content: str
    reply_wanted: bool = False
    masked_name: str = ""
    masked_contact: str = ""
    sealed_name: bytes | None = None
    sealed_contact: bytes | None = None
    digest: bytes

    def faults(self) -> list[Fault]:
        """What is wrong with the content beside ``by``."""
        number = number_fault("/id_no", IdType.USCC, self.id_no)
        contact = Fault(
            pointer="/contact", zh="要求回复的，请填写联系方式", en="who wants an answer leaves a way to reach them"
        )
        return [
            *code_faults("/channel", self.channel),
            *name_faults("/complaint_no", self.complaint_no, longest=64),
            *([number] if number else ()),
            *name_faults("/subject_name", self.subject_name, required=False),
            *(code_faults("/source_system", self.source_system) if self.source_system else ()),
            *name_faults("/object_no", self.object_no, longest=64, required=bool(self.source_system)),
            *name_faults("/address", self.address, required=False),
            *(code_faults("/item_code", self.item_code) if self.item_code else ()),
            *(code_faults("/department", self.department) if self.department else ()),
            *name_faults("/content", self.content, longest=LONGEST_CONTENT),
            *([contact] if self.reply_wanted and not self.masked_contact else ()),
        ]

    def require_past(self, now: datetime) -> None:
        """It was received before it is entered, and not ages ago; else ``invalid-content``."""
        if not now - _OLDEST < self.received_at <= now:
            zh, en = "收到时间不能晚于现在，也不能早于十年以前", "it was received no later than now, within ten years"
            raise malformed([Fault(pointer="/received_at", zh=zh, en=en)])


@dataclass(frozen=True, kw_only=True)
class RevealComplainant(Command):
    """查看投诉人: who complains and how to reach them, for a reason that is kept. Raises ``invalid-content``."""

    complaint_id: str
    reason: str

    def faults(self) -> list[Fault]:
        """The reason says something, and can be kept."""
        if len(self.reason.strip()) < SHORTEST_REASON:
            zh, en = f"请写明理由，至少 {SHORTEST_REASON} 个字", f"say why, in at least {SHORTEST_REASON} characters"
            return [Fault(pointer="/reason", zh=zh, en=en)]
        return name_faults("/reason", self.reason, longest=500)


class TellingMeans(StrEnum):
    """告知方式."""

    PHONE = "PHONE"
    MESSAGE = "MESSAGE"
    """短信."""
    LETTER = "LETTER"
    FACE_TO_FACE = "FACE_TO_FACE"
    CHANNEL = "CHANNEL"
    """经受理渠道答复."""


@dataclass(frozen=True, kw_only=True)
class TellComplainant(Command):
    """登记告知: whoever complained was told what came of it. ``told_at`` is aware. Raises ``invalid-content``."""

    complaint_id: str
    told_at: datetime
    means: TellingMeans

    def faults(self) -> list[Fault]:
        """Nothing beside ``by``."""
        return []


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """投诉举报. ``department`` is that of its task, wherever that goes. Instants are aware, UTC.

    ``answered_at``, ``close_reason``, ``answer``, ``inspection_no``: once its task was closed (办理结果). ``told_…``: when,
    how and by whom the complainant was told of that (告知).
    """

    complaint_id: str
    channel: str
    complaint_no: str
    task_id: str
    id_no: str
    subject_name: str
    region: str
    department: str
    item_code: str
    content: str
    received_at: datetime
    reply_wanted: bool
    masked_name: str
    masked_contact: str
    sealed_name: bytes | None
    sealed_contact: bytes | None
    digest: bytes
    entered_by: str
    entered_at: datetime
    answered_at: datetime | None = None
    close_reason: CloseReason | None = None
    answer: str = ""
    inspection_no: str = ""
    told_at: datetime | None = None
    told_means: TellingMeans | None = None
    told_by: str = ""

    def told(self, command: TellComplainant, now: datetime) -> Self:
        """告知. Refuses ``complaint-open``, ``complainant-told`` (409), ``invalid-content``; the same again is no change."""
        if self.answered_at is None:
            raise Refusal(
                code="complaint-open",
                zh="投诉举报还没有办结，办结以后再登记告知",
                en="this complaint has not been handled yet; tell of its result afterwards",
                status=409,
            )
        # People say the minute.
        if not self.answered_at.replace(second=0, microsecond=0) <= command.told_at <= now:
            zh, en = "告知时间应在办结以后、现在以前", "it was told after the matter was closed and no later than now"
            raise malformed([Fault(pointer="/told_at", zh=zh, en=en)])
        after = replace(self, told_at=command.told_at, told_means=command.means, told_by=command.by)
        if self.told_at is not None and after != self:
            raise Refusal(
                code="complainant-told",
                zh="告知已登记，不能改；又告知了一次的，写在任务的说明里",
                en="that the complainant was told is on record and does not change",
                status=409,
            )
        return after

    def require_same(self, command: ReceiveComplaint) -> None:
        """The very same was said before; else ``complaint-differs`` (409)."""
        if self.digest != command.digest:
            raise Refusal(
                code="complaint-differs",
                zh=f"编号 {self.complaint_no} 的投诉举报已登记，内容不同；请核对编号，补充的内容请以新的编号登记",
                en=f"a complaint numbered {self.complaint_no} was entered with other content; check the number, and enter "
                "what is new under one of its own",
                status=409,
            )

    def answered(self, reason: CloseReason, answer: str, inspection_no: str, at: datetime) -> Self:
        """办理结果: its task was closed."""
        return replace(self, answered_at=at, close_reason=reason, answer=answer, inspection_no=inspection_no)


@dataclass(frozen=True, kw_only=True)
class ComplainantLook:
    """查看留痕: who had the complainant shown, when, and why; never changed."""

    complaint_id: str
    by: str
    at: datetime
    reason: str


def name_place(complaint_id: str) -> Place:
    """Where the complainant's name is sealed."""
    return Place("complaint", "sealed_name", (complaint_id,))


def contact_place(complaint_id: str) -> Place:
    """Where the way to reach the complainant is sealed."""
    return Place("complaint", "sealed_contact", (complaint_id,))


def no_such_complaint(complaint_id: str) -> Refusal:
    """没有这件投诉举报: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh=f"没有投诉举报 {complaint_id[:64]}，请从投诉举报的列表打开",
        en=f"there is no complaint {complaint_id[:64]}; open it from the list of complaints",
        status=404,
    )


def object_needed() -> Refusal:
    """The subject has several objects (多个监管对象): 422 ``object-needed``."""
    zh, en = "该主体有多个监管对象，请选择是哪一个", "this subject has several objects; say which one it is"
    return Refusal(code="object-needed", zh=zh, en=en, faults=(Fault(pointer="/object_no", zh=zh, en=en),))


def object_elsewhere(object_no: str) -> Refusal:
    """No object of the subject has this number: 422 ``object-elsewhere``."""
    zh = f"监管对象 {object_no} 不属于该统一社会信用代码，请核对"
    en = f"object {object_no} is not this subject's; check number and code"
    return Refusal(code="object-elsewhere", zh=zh, en=en, faults=(Fault(pointer="/object_no", zh=zh, en=en),))


def name_needed() -> Refusal:
    """Nothing of the subject is registered (未登记): 422 ``subject-name-needed``."""
    zh = "名录中没有该统一社会信用代码的监管对象，请填写被投诉举报者的名称"
    en = "no object of this subject is registered; say what whom it is about is called"
    return Refusal(code="subject-name-needed", zh=zh, en=en, faults=(Fault(pointer="/subject_name", zh=zh, en=en),))


def department_needed(candidates: Collection[str]) -> Refusal:
    """Nobody, or several, supervise the item (监管部门不明): 422 ``department-needed``."""
    if candidates:
        zh, en = (
            f"该事项由 {'、'.join(candidates)} 监管，请选择部门",
            f"supervised by {', '.join(candidates)}: choose one",
        )
    else:
        zh, en = "目录中没有该事项的监管部门，请选择部门", "the catalogue names no department for this item; choose one"
    return Refusal(code="department-needed", zh=zh, en=en, faults=(Fault(pointer="/department", zh=zh, en=en),))
