"""What somebody orders of a publication (公示命令). Each raises ``invalid-content`` with every fault at once."""

from dataclasses import dataclass
from datetime import date

from kernel.publicity import PublicityCause
from kernel.refusal import Fault
from supervision.domain.command import Command, reason_faults
from supervision.domain.content import name_faults


@dataclass(frozen=True, kw_only=True)
class PublicityCommand(Command):
    """A command about one publication (经办人)."""

    publication_no: str


@dataclass(frozen=True, kw_only=True)
class PublicisePublication(PublicityCommand):
    """公示. Without ``result_class`` under the one the officers gave, else the usual one for the result."""

    result_class: str = ""


@dataclass(frozen=True, kw_only=True)
class ReasonedPublicity(PublicityCommand):
    """A command with its cause and reason."""

    cause: PublicityCause
    reason: str

    def faults(self) -> list[Fault]:
        """A reason is given."""
        return reason_faults(self.reason)


@dataclass(frozen=True, kw_only=True)
class CorrectPublication(ReasonedPublicity):
    """更正: what is None stays as it is."""

    result_class: str | None = None
    matter_name: str | None = None
    subject_name: str | None = None
    inspected_on: date | None = None

    def faults(self) -> list[Fault]:
        """A reason is given, and what is said instead is no blank."""
        said = (("/matter_name", self.matter_name), ("/subject_name", self.subject_name))
        return [
            *super().faults(),
            *(fault for pointer, name in said if name is not None for fault in name_faults(pointer, name)),
        ]


@dataclass(frozen=True, kw_only=True)
class QuestionPublication(ReasonedPublicity):
    """存疑: the result that is shown was changed, annulled or objected to."""


@dataclass(frozen=True, kw_only=True)
class UpholdPublication(PublicityCommand):
    """维持: what is shown stays, and why."""

    reason: str

    def faults(self) -> list[Fault]:
        """A reason is given."""
        return reason_faults(self.reason)


@dataclass(frozen=True, kw_only=True)
class WithdrawPublication(ReasonedPublicity):
    """撤下, also of one that is not shown yet (不予公示)."""
