"""Words of publicity (公示用词): where a publication stands, how results are publicised, what was done to one."""

from enum import StrEnum


class PublicationState(StrEnum):
    """Where a publication stands (公示状态)."""

    PENDING = "PENDING"  # 待公示
    PUBLICISED = "PUBLICISED"  # 已公示
    CORRECTED = "CORRECTED"  # 已更正公示
    WITHDRAWN = "WITHDRAWN"  # 已撤下

    @property
    def shown(self) -> bool:
        """True while everybody can read the result (公示中)."""
        return self in {PublicationState.PUBLICISED, PublicationState.CORRECTED}


class PublicityMode(StrEnum):
    """How results are publicised (公示方式)."""

    AUTO = "AUTO"  # 自动公示: at once, when the inspection is concluded
    REVIEW = "REVIEW"  # 审核公示: by a person who did not inspect


class PublicityAct(StrEnum):
    """公示履历的动作."""

    PUBLICISED = "PUBLICISED"  # 公示
    CORRECTED = "CORRECTED"  # 更正
    QUESTIONED = "QUESTIONED"  # 存疑
    UPHELD = "UPHELD"  # 维持
    WITHDRAWN = "WITHDRAWN"  # 撤下
