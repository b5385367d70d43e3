"""Words of the catalogue (目录用词): every choice a link has."""

from enum import StrEnum


class Trigger(StrEnum):
    """触发情形: the kinds of decision, and a promise that must be verified."""

    NEW = "NEW"  # 新办
    CHANGE = "CHANGE"  # 变更
    RENEW = "RENEW"  # 延续
    EXPIRE = "EXPIRE"  # 到期
    WITHDRAW = "WITHDRAW"  # 撤回
    ANNUL = "ANNUL"  # 撤销
    REVOKE = "REVOKE"  # 吊销
    CANCEL = "CANCEL"  # 注销
    COMMITMENT = "COMMITMENT"  # 告知承诺


class Relation(StrEnum):
    """主责、协同: who answers for the supervision, and who takes part."""

    PRIMARY = "PRIMARY"  # 主责
    COORDINATE = "COORDINATE"  # 协同


class PushMode(StrEnum):
    """推送方式. 济南: 推送即认领; 聊城: claimed within a limit."""

    MANUAL_CLAIM = "MANUAL_CLAIM"  # 人工认领
    AUTO_CLAIM = "AUTO_CLAIM"  # 推送即认领


class Method(StrEnum):
    """监管方式: an approval does not turn into a site visit by default (国办发〔2024〕54号)."""

    DOCUMENT = "DOCUMENT"  # 书面核查
    REMOTE = "REMOTE"  # 非现场检查
    ON_SITE = "ON_SITE"  # 现场检查
    RANDOM_POOL = "RANDOM_POOL"  # 纳入双随机抽查


class Risk(StrEnum):
    """事项风险等级."""

    LOW = "LOW"  # 低
    MEDIUM = "MEDIUM"  # 中
    HIGH = "HIGH"  # 高

    @property
    def rank(self) -> int:
        """0 for the lowest."""
        return list(Risk).index(self)

    def higher(self, other: "Risk") -> "Risk":
        """The higher of two."""
        return max(self, other, key=lambda risk: risk.rank)


class VersionState(StrEnum):
    """目录版本状态. 现行 is not a state: a published version is in force by its dates."""

    DRAFT = "DRAFT"  # 草稿
    SUBMITTED = "SUBMITTED"  # 已提交
    PUBLISHED = "PUBLISHED"  # 已发布
    RETIRED = "RETIRED"  # 已停用
