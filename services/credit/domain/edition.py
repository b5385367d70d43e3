"""Dated editions of rules (规则版本): which one applies on a day.

An edition applies from its first day until the next one begins, so there is neither gap nor overlap to decide about.
"""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from kernel.refusal import Refusal


class Edition(Protocol):
    """A set of rules with a first day."""

    @property
    def effective_from(self) -> date:
        """First day in force (施行日期), day in China."""
        ...


E = TypeVar("E", bound=Edition)


def in_force(editions: Sequence[E], on: date) -> E:
    """The edition in force on a day; of two that begin on one day the later in the row.

    Refuses ``no-rule-in-force`` for a day before the first edition.
    """
    begun = [edition for edition in editions if edition.effective_from <= on]
    if begun:
        return max(reversed(begun), key=lambda edition: edition.effective_from)
    raise Refusal(
        code="no-rule-in-force",
        zh=f"{on} 尚无施行中的信用规则；请核对日期，或在规则文件中补充当时的规则版本后重新处理",
        en=f"no credit rule was in force on {on}; check the date, or add that edition to the rules and process it again",
    )
