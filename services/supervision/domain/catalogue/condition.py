"""Conditions (附加条件): a CEL expression a link may carry, e.g. ``decision.region == "640202"``.

The rules only know that a condition can be checked when it is saved and asked afterwards; which library does it is the
store's business. Variables are the facts of one decision, each with its type, so that a slip is found at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from kernel.decision import DecisionKind
from kernel.refusal import Fault

LONGEST = 2000
VARIABLES: Mapping[str, type[str] | type[bool]] = {
    "decision.kind": str,
    "decision.item_code": str,
    "decision.region": str,
    "decision.commitment": bool,
    "decision.decided_on": str,
    "decision.existing": bool,
    "subject.kind": str,
    "subject.id_type": str,
    "object.name": str,
    "object.address": str,
}
"""Name → type of what a condition may ask for; ``decision.decided_on`` is a text like 2026-01-31."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """匹配依据: all a decision is matched by."""

    kind: DecisionKind
    item_code: str
    region: str
    decided_on: date
    commitment: bool = False
    existing: bool = False
    subject_kind: str = ""
    id_type: str = ""
    object_name: str = ""
    object_address: str = ""

    @cached_property
    def variables(self) -> Mapping[str, str | bool]:
        """The facts under the names conditions use."""
        return {
            "decision.kind": self.kind.value,
            "decision.item_code": self.item_code,
            "decision.region": self.region,
            "decision.commitment": self.commitment,
            "decision.decided_on": self.decided_on.isoformat(),
            "decision.existing": self.existing,
            "subject.kind": self.subject_kind,
            "subject.id_type": self.id_type,
            "object.name": self.object_name,
            "object.address": self.object_address,
        }


Condition = Callable[[Mapping[str, str | bool]], bool]
"""A compiled condition. What it cannot answer counts as met: rather one task too many than one too few (不漏管)."""


class Conditions(Protocol):
    """Compiles conditions."""

    def fault(self, pointer: str, text: str) -> Fault | None:
        """What is wrong with a condition, or None: it must compile and answer true or false."""
        ...

    def compiled(self, text: str) -> Condition:
        """A condition that was checked before; compiled once per process."""
        ...
