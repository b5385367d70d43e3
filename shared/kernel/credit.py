"""Words of public credit (公共信用)."""

from enum import StrEnum


class RecordKind(StrEnum):
    """What a credit record is about (信用记录种类). Source: 信用修复管理办法 (发改委令第36号), kinds of negative information."""

    INSPECTION = "INSPECTION"  # 抽查检查结果
    PENALTY = "PENALTY"  # 行政处罚
    COMMITMENT_BREACH = "COMMITMENT_BREACH"  # 承诺违约
    ABNORMAL_LIST = "ABNORMAL_LIST"  # 经营异常名录
    SEVERE_LIST = "SEVERE_LIST"  # 严重失信主体名单
    COMMENDATION = "COMMENDATION"  # 表彰
    OTHER = "OTHER"  # 其他


class RecordClass(StrEnum):
    """Class of a credit record (信用记录分类). Loss of trust in three classes: 国办发〔2025〕22号; MERIT is the opposite."""

    MINOR = "MINOR"  # 轻微
    GENERAL = "GENERAL"  # 一般
    SERIOUS = "SERIOUS"  # 严重
    MERIT = "MERIT"  # 守信


class RecordState(StrEnum):
    """Where a credit record stands (记录状态): only an ACTIVE one is used, in a score or anywhere else."""

    ACTIVE = "ACTIVE"  # 有效
    EXPIRED = "EXPIRED"  # 期满: its longest period is over
    REPAIRED = "REPAIRED"  # 已修复
    WITHDRAWN = "WITHDRAWN"  # 已撤销: its source was annulled or corrected
    EXITED = "EXITED"  # 已移出: the entry of a list ended


class Grade(StrEnum):
    """Credit grade (信用等级), best first. A ratio or a frequency never reads it directly: see risk_class."""

    A = "A"  # 优
    B = "B"  # 良
    C = "C"  # 中
    D = "D"  # 差


class BarKind(StrEnum):
    """Why somebody may not apply for a while (限制申请事由)."""

    REFUSAL = "REFUSAL"  # 隐瞒情况或提供虚假材料申请, 行政许可法第七十八条
    ANNULMENT = "ANNULMENT"  # 以欺骗、贿赂等不正当手段取得许可, 行政许可法第七十九条
    PROCUREMENT = "PROCUREMENT"  # 政府采购: 重大违法记录, 政府采购法第二十二条
