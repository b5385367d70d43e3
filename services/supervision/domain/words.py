"""Words of the process (过程用词): every choice a task, its end or its penalty has."""

from enum import StrEnum


class Purpose(StrEnum):
    """Why a task exists (任务类别); each has its own reaction to the end of a licence (行政许可法 art. 69, 70)."""

    ROUTINE = "ROUTINE"  # 日常监管
    COMMITMENT = "COMMITMENT"  # 承诺核查: whether what was promised is true
    CESSATION = "CESSATION"  # 停止经营核查: whether the holder stopped
    RANDOM = "RANDOM"  # 双随机抽查: the object and its officers were drawn
    FOR_CAUSE = "FOR_CAUSE"  # 事件检查: a complaint asked for it


class CloseReason(StrEnum):
    """Why a task was closed (办结原因)."""

    INSPECTED = "INSPECTED"  # 检查办结
    RECTIFIED = "RECTIFIED"  # 整改合格
    PENALISED = "PENALISED"  # 处罚办结
    NO_PENALTY = "NO_PENALTY"  # 不予处罚
    POOLED = "POOLED"  # 已纳入双随机抽查
    DOCUMENT_CHECKED = "DOCUMENT_CHECKED"  # 书面核查通过
    CEASED = "CEASED"  # 已停止经营
    NOT_FOUND = "NOT_FOUND"  # 查无下落
    OTHER = "OTHER"  # 其他


SAID = frozenset(
    {CloseReason.DOCUMENT_CHECKED, CloseReason.CEASED, CloseReason.NOT_FOUND, CloseReason.INSPECTED, CloseReason.OTHER}
)
"""Reasons a person may give when closing; the others follow from what was recorded."""


class PunishType(StrEnum):
    """处罚种类. Source: codes of a provincial exchange, domain research 2.5; 行政处罚法 (2021) art. 9."""

    WARNING = "01"  # 警告
    FINE = "02"  # 罚款
    CONFISCATION = "03"  # 没收违法所得
    SUSPENSION = "04"  # 责令停产停业
    REVOCATION = "05"  # 吊销许可证
    DETENTION = "06"  # 行政拘留
    OTHER = "07"  # 其他
    CRITICISM = "08"  # 通报批评
    SEIZURE = "09"  # 没收非法财物
    DOWNGRADE = "10"  # 降低资质等级
    WITHHOLDING = "11"  # 暂扣许可证
    RESTRICTION = "12"  # 限制开展经营
    DISQUALIFICATION = "13"  # 限制从业
    CLOSURE = "14"  # 责令关闭


TOUCHES_LICENCE = frozenset(
    {PunishType.REVOCATION, PunishType.DOWNGRADE, PunishType.WITHHOLDING, PunishType.RESTRICTION}
)
"""Penalties the approver must hear of at once (应反馈审批的处罚)."""


class Standstill(StrEnum):
    """Why a holder may not operate for a while (停业情形): routine tasks wait meanwhile."""

    WITHHELD = "WITHHELD"  # 暂扣许可
    CLOSED = "CLOSED"  # 停业
