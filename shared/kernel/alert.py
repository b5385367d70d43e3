"""Alert rules (预警规则): the words supervision and its listeners share. What they count stands in supervision."""

from enum import StrEnum


class AlertRule(StrEnum):
    """预警规则. Source: 海南“审管法信”预警模型."""

    OVERDUE_CHECK = "OVERDUE_CHECK"
    """批后核查逾期."""
    CODE_NOT_SHOWN = "CODE_NOT_SHOWN"
    """未亮码检查."""
    FREQUENT_CHECK = "FREQUENT_CHECK"
    """频繁检查."""
    OFF_SYSTEM_REFERRAL = "OFF_SYSTEM_REFERRAL"
    """线下线索移送."""
    REFERRAL_QUALITY = "REFERRAL_QUALITY"
    """移送质量."""
