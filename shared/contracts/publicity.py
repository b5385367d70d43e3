"""What supervision (监管) tells of the publicity of results (抽查结果公示): shown, corrected, withdrawn."""

from datetime import date
from typing import ClassVar

from contracts.event import Event, Instant
from contracts.supervision import TaskEvent
from kernel.publicity import PublicityCause


class PublicityEvent(TaskEvent, frozen=True, kw_only=True):
    """Base of what is told about one publication (公示). ``version`` counts what was done to it; ignore an older one."""

    publication_no: str
    """公示编号: the last part of its permanent public address."""
    version: int
    inspection_no: str
    by: str
    """Code of the person; ``system`` when results are publicised at once."""
    at: Instant

    @property
    def aggregate(self) -> str:
        """The publication."""
        return self.publication_no


class ResultPublicised(PublicityEvent, frozen=True, kw_only=True):
    """抽查结果已公示."""

    fact: ClassVar[str] = "supervision.result.publicised"

    matter_code: str
    matter_name: str
    inspected_on: date
    result_class: str
    """结果类型, a code of publicity.toml."""
    due_on: date
    """公示时限的末日."""


class ResultCorrected(PublicityEvent, frozen=True, kw_only=True):
    """公示已更正: what is shown from now on."""

    fact: ClassVar[str] = "supervision.result.corrected"

    cause: PublicityCause
    reason: str
    previous_class: str
    matter_name: str
    inspected_on: date
    result_class: str


class ResultWithdrawn(PublicityEvent, frozen=True, kw_only=True):
    """公示已撤下: shown no more; its address says when and why."""

    fact: ClassVar[str] = "supervision.result.withdrawn"

    cause: PublicityCause
    reason: str


EVENTS: tuple[type[Event], ...] = (ResultPublicised, ResultCorrected, ResultWithdrawn)
