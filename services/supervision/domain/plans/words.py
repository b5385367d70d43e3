"""Words of the annual plan (年度抽查计划用词)."""

from enum import StrEnum


class MatterCategory(StrEnum):
    """抽查事项类别. 57号 item 15 leaves what bears on public safety and people's health out of the random pool."""

    GENERAL = "GENERAL"  # 一般检查事项
    KEY = "KEY"  # 重点检查事项
    PUBLIC_SAFETY = "PUBLIC_SAFETY"  # 直接涉及公共安全和人民群众生命健康


class PlanState(StrEnum):
    """计划版本状态. 现行 is not a state: the filed version with the highest number is in force."""

    DRAFT = "DRAFT"  # 草稿
    SUBMITTED = "SUBMITTED"  # 已提交
    FILED = "FILED"  # 已备案


class PlanAct(StrEnum):
    """计划履历的动作."""

    DRAFTED = "DRAFTED"  # 起草
    REDRAFTED = "REDRAFTED"  # 改稿
    AMENDED = "AMENDED"  # 提出变更
    SUBMITTED = "SUBMITTED"  # 提交
    SENT_BACK = "SENT_BACK"  # 退回修改
    FILED = "FILED"  # 备案
