"""Site visits of enterprises (入企检查): the words every service shares.

Source of the three kinds: 国办发〔2024〕54号 (日常检查、专项检查、个案检查).
"""

from enum import StrEnum


class VisitKind(StrEnum):
    """检查类型."""

    ROUTINE = "ROUTINE"  # 日常检查
    SPECIAL = "SPECIAL"  # 专项检查
    CASE = "CASE"  # 个案检查


class VisitState(StrEnum):
    """入企检查状态."""

    REQUESTED = "REQUESTED"  # 待审批
    APPROVED = "APPROVED"  # 已审批
    ANNOUNCED = "ANNOUNCED"  # 已告知
    ENTERED = "ENTERED"  # 已入企
    DONE = "DONE"  # 已完成
    CANCELLED = "CANCELLED"  # 已取消

    @property
    def to_come(self) -> bool:
        """True before anybody came."""
        return self in {VisitState.REQUESTED, VisitState.APPROVED, VisitState.ANNOUNCED}


class VisitAct(StrEnum):
    """入企检查的动作."""

    REQUEST = "REQUEST"  # 申请
    JOIN = "JOIN"  # 并入综合查一次
    APPROVE = "APPROVE"  # 审批
    ANNOUNCE = "ANNOUNCE"  # 告知
    ENTER = "ENTER"  # 入企
    SCAN = "SCAN"  # 扫码
    FINISH = "FINISH"  # 完成
    CANCEL = "CANCEL"  # 取消
    INSPECT = "INSPECT"  # 登记检查
    RECORD = "RECORD"  # 补记
    RATE = "RATE"  # 评价


class DepartmentLevel(StrEnum):
    """部门层级."""

    PROVINCE = "PROVINCE"  # 省级
    CITY = "CITY"  # 市级
    COUNTY = "COUNTY"  # 县区级
    TOWN = "TOWN"  # 乡镇街道
