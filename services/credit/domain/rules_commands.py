"""Commands on rules (规则命令): what somebody does with an edition, and what is asked of the scorecard."""

from dataclasses import dataclass
from datetime import date

from kernel.refusal import Fault, malformed
from kernel.subject import SubjectKey
from kernel.text import text_fault


@dataclass(frozen=True, kw_only=True)
class RulesCommand:
    """What a person does with an edition. Refuses ``invalid-content`` without a person."""

    version: str
    by: str

    def __post_init__(self) -> None:
        fault = text_fault("/by", self.by, longest=64)
        if not self.by.strip():
            fault = Fault(pointer="/by", zh="必填，请填写经办人编码", en="is required: the code of who does it")
        if fault:
            raise malformed([fault])


@dataclass(frozen=True, kw_only=True)
class DraftRules(RulesCommand):
    """起草或改稿: this canonical text under its version."""

    content: str


@dataclass(frozen=True, kw_only=True)
class SubmitRules(RulesCommand):
    """提交."""


@dataclass(frozen=True, kw_only=True)
class SendBackRules(RulesCommand):
    """退回修改."""


@dataclass(frozen=True, kw_only=True)
class PublishRules(RulesCommand):
    """发布, by a second person."""


@dataclass(frozen=True, kw_only=True)
class Explain:
    """评价说明: what the records of a subject amount to on a day; None = today."""

    subject: SubjectKey
    as_of: date | None = None


@dataclass(frozen=True)
class AskRules:
    """查询规则: every edition that is applied, by its first day."""
