"""Dated editions of rules in a file (规则文件的版本): read, checked, put in the order they begin in.

Every edition has a version of its own and a day of its own; a later one takes over on its ``effective_from``.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import InvalidOperation
from typing import Any, Protocol, TypeVar

from kernel.refusal import Refusal


class Dated(Protocol):
    """有施行日的一版."""

    @property
    def version(self) -> str:
        """版本."""
        ...

    @property
    def effective_from(self) -> date:
        """施行日, day in China."""
        ...


E = TypeVar("E", bound=Dated)


def read_editions(
    text: str,
    read: Callable[[Mapping[str, Any]], E],
    faults: Callable[[E], Iterable[str]],
    invalid: Callable[[str], Refusal],
    *,
    fewest: int = 1,
) -> tuple[E, ...]:
    """The ``[[edition]]`` tables of a text, the earliest first. Raises what ``invalid`` makes of what is wrong."""
    try:
        editions = [read(said) for said in tomllib.loads(text)["edition"]]
        wrong = [f"edition {each.version}: {fault}" for each in editions for fault in faults(each)]
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, Refusal) as error:
        raise invalid(f"{type(error).__name__}: {error}") from error
    if len(editions) < fewest:
        raise invalid("no edition")
    for name in ("version", "effective_from"):
        if len({getattr(edition, name) for edition in editions}) < len(editions):
            raise invalid(f"two editions with the same {name}")
    if wrong:
        raise invalid("; ".join(wrong))
    return tuple(sorted(editions, key=lambda edition: edition.effective_from))
