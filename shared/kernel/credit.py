"""Words of public credit (公共信用)."""

from enum import StrEnum


class RecordClass(StrEnum):
    """Class of a loss-of-trust record (失信行为分类). Source: 国办发〔2025〕22号."""

    MINOR = "MINOR"  # 轻微
    GENERAL = "GENERAL"  # 一般
    SERIOUS = "SERIOUS"  # 严重


class Grade(StrEnum):
    """Credit grade (信用等级), best first. A ratio or a frequency never reads it directly: see risk_class."""

    A = "A"  # 优
    B = "B"  # 良
    C = "C"  # 中
    D = "D"  # 差
