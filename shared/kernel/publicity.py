"""Words of the publicity of results (抽查结果公示)."""

from enum import StrEnum


class PublicityCause(StrEnum):
    """Why a publicised result is corrected, questioned or withdrawn (更正、撤下的缘由)."""

    CLERICAL = "CLERICAL"  # 录入有误
    CHANGED = "CHANGED"  # 检查结果已变更
    ANNULLED = "ANNULLED"  # 检查结果已撤销
    OBJECTION = "OBJECTION"  # 当事人提出异议

    @property
    def pressing(self) -> bool:
        """True when what is shown no longer holds, so that it may stay for a few days only (限期更正或撤下)."""
        return self in {PublicityCause.CHANGED, PublicityCause.ANNULLED}
