"""What messages need (所需数据): which rows a batch of commands and events may ask for, and which keys it locks.

Every object is locked before it is read, so two batches never decide on the same object at once.
"""

from collections.abc import Sequence
from typing import Any

from supervision.store.needs import chain, checks, draws, tasks
from supervision.store.needs.keys import DrawNeeds, Filing, Needs, Pair

__all__ = ["DrawNeeds", "Filing", "Needs", "Pair", "needs_of"]

_ADDERS = (
    *(chain.add_of_time, checks.add_of_visits, chain.add, tasks.add, tasks.add_of_officers),
    *(chain.add_of_linkage, checks.add_of_publicity, checks.add_of_plans, checks.add_of_complaints),
    draws.add,
)
"""Each knows its own messages; visits come early, for they read along with inspections and plans of others."""


def needs_of(messages: Sequence[Any]) -> Needs:
    """The needs of all messages together. Raises TypeError for a message no handler takes."""
    needs = Needs()
    for message in messages:
        if not any(add(needs, message) for add in _ADDERS):
            raise TypeError(f"no handler of supervision takes {type(message).__name__}")
    return needs
