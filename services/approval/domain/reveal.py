"""Revealing (查看明文): a named person asks for the number and name behind a reference, says what for and why.

个人信息保护法 art. 6 (only what the purpose needs), art. 51 (who may, and what was done is kept).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.refusal import Fault, Refusal, malformed
from kernel.text import prose_fault

LONGEST_REASON, SHORTEST_REASON, _LONGEST_CODE = 500, 4, 64
_FEW = 5


class RevealPurpose(StrEnum):
    """查看用途."""

    LICENSING = "LICENSING"  # 办理审批
    DELIVERY = "DELIVERY"  # 送达、联系
    EXPORT = "EXPORT"  # 报送补全
    OWN_REQUEST = "OWN_REQUEST"  # 本人申请查阅、更正
    INVESTIGATION = "INVESTIGATION"  # 执法办案、复议诉讼


@dataclass(frozen=True, kw_only=True)
class RevealSubject:
    """查看自然人的号码与姓名. Raises ``invalid-content``."""

    reference: str
    by: str
    purpose: RevealPurpose
    reason: str

    def __post_init__(self) -> None:
        faults = []
        if not self.by.strip() or prose_fault("/by", self.by, longest=_LONGEST_CODE):
            zh, en = (
                f"请填写查看人编码，最多 {_LONGEST_CODE} 个字符",
                f"say who asks, at most {_LONGEST_CODE} characters",
            )
            faults.append(Fault(pointer="/by", zh=zh, en=en))
        if fault := reason_fault(self.reason):
            faults.append(fault)
        if faults:
            raise malformed(faults)


def reason_fault(reason: str) -> Fault | None:
    """What is wrong with a reason, or None: it says something, and can be kept."""
    if len(reason.strip()) < SHORTEST_REASON:
        zh, en = f"请写明理由，至少 {SHORTEST_REASON} 个字", f"say why, in at least {SHORTEST_REASON} characters"
        return Fault(pointer="/reason", zh=zh, en=en)
    return prose_fault("/reason", reason, longest=LONGEST_REASON)


@dataclass(frozen=True, kw_only=True)
class CompleteFile:
    """报送文件补全: put in the numbers and names a file of supervision waits for. Raises ``invalid-content``."""

    references: tuple[str, ...]
    by: str
    reason: str

    def __post_init__(self) -> None:
        RevealSubject(reference="", by=self.by, purpose=RevealPurpose.EXPORT, reason=self.reason)


@dataclass(frozen=True, kw_only=True)
class PersonKept:
    """自然人 as it is kept, opened: the only place where reference, number and name stand together."""

    id_type: str
    reference: str
    id_no: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Reveal:
    """查看留痕: one row, never changed."""

    at: datetime
    id_type: str
    reference: str
    by: str
    purpose: RevealPurpose
    reason: str


def persons_unknown(references: Sequence[str]) -> Refusal:
    """文件里有本服务没有的自然人: 422 ``person-unknown``, nothing is told."""
    few = "、".join(references[:_FEW])
    return Refusal(
        code="person-unknown",
        zh=f"文件中有 {len(references)} 个主体引用不在本服务，请去掉这些行后重试：{few}",
        en=f"{len(references)} references of the file are not known here; take their rows out and try again: {few}",
    )


def no_such_person() -> Refusal:
    """没有这个自然人: 404 ``not-found``."""
    return Refusal(
        code="not-found",
        zh="没有这个主体引用的自然人，请核对引用；号码只存于登记办件的审批服务",
        en="There is no person with this reference; compare it. Numbers are kept by the approval that registered them",
        status=404,
    )
