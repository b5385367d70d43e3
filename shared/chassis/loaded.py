"""Loaded state (已加载状态): identity maps the handlers of one unit of work share; what changed is kept for flush.

A key nobody loaded raises KeyError: a handler never mistakes "not read" for "does not exist".
"""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Entries(Generic[K, V]):
    """Rows by key, and which of them changed."""

    def __init__(self) -> None:
        self._rows: dict[K, V | None] = {}
        self._stored: set[K] = set()
        self.changed: dict[K, V] = {}

    def expect(self, keys: Iterable[K]) -> None:
        """These keys are read now; what is not found does not exist."""
        for key in keys:
            self._rows.setdefault(key, None)

    def found(self, key: K, value: V) -> None:
        """A row read from the database."""
        self._rows[key] = value
        self._stored.add(key)

    def at(self, key: K) -> V | None:
        """The value, or None when there is no such row."""
        return self._rows[key]

    def values(self) -> list[V]:
        """Every row there is."""
        return [value for value in self._rows.values() if value is not None]

    def put(self, key: K, value: V) -> None:
        """Keep a new or changed value for flush."""
        self._rows[key] = self.changed[key] = value

    def added(self) -> list[V]:
        """Changed values the database does not have yet."""
        return [value for key, value in self.changed.items() if key not in self._stored]

    def altered(self) -> list[V]:
        """Changed values the database has in an older state."""
        return [value for key, value in self.changed.items() if key in self._stored]
