"""Command (指令): what somebody asks for, its content checked as a whole before anything is read."""

from dataclasses import dataclass

from kernel.refusal import Fault, malformed
from supervision.domain.content import code_faults, name_faults

LONGEST_REASON = 1000
"""Characters of a reason."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """Something asked for by somebody (经办人). Raises ``invalid-content`` with every fault at once."""

    by: str

    def __post_init__(self) -> None:
        if faults := [*code_faults("/by", self.by), *self.faults()]:
            raise malformed(faults)

    def faults(self) -> list[Fault]:
        """What is wrong with the content beside ``by``."""
        return []


def reason_faults(reason: str) -> list[Fault]:
    """A reason (理由) is given, and is not endless."""
    return name_faults("/reason", reason, longest=LONGEST_REASON)
