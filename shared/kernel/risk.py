"""Words of the risk class (风险分级): how closely an object is supervised, and what that rests on."""

from enum import StrEnum


class RiskClass(StrEnum):
    """风险等级 of an object, least supervision first; ratios and frequencies use it alone. Source: 市场主体登记管理条例 art. 38."""

    A = "A"  # 低
    B = "B"  # 一般
    C = "C"  # 较高
    D = "D"  # 高


class RiskBasis(StrEnum):
    """分级依据: what one reason of a class rests on."""

    GRADE = "GRADE"  # 信用等级
    ITEM = "ITEM"  # 事项风险等级
    OVERRIDE = "OVERRIDE"  # 人工调整


class RiskCause(StrEnum):
    """分级缘由: why an object was classified anew."""

    DECISION = "DECISION"  # 审批决定
    INSPECTION = "INSPECTION"  # 检查中首次出现
    GRADE = "GRADE"  # 信用等级变化
    OVERRIDE = "OVERRIDE"  # 人工调整开始或结束
    RULES = "RULES"  # 分级表或事项目录变化
