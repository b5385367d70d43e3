"""Matching (比对): what a scenario expects against what the services show. Pure.

Lists are sets of partial matches: each expected entry needs a row of its own, rows nobody asked for do no harm.
``[]`` means none at all; ``count`` in an entry says exactly how many rows match the rest of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]
COUNT = "count"


@dataclass(frozen=True)
class AnyOf:
    """A value that goes by several names (几个名称之一), e.g. a person by code and by role."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return " = ".join(self.names)


@dataclass(frozen=True)
class Difference:
    """One thing that is not as expected (差异)."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


def differences(expected: Sequence[Row], found: Sequence[Row], selecting: Sequence[str]) -> list[Difference]:
    """Everything that keeps ``found`` from being as ``expected``; ``selecting``: the keys that say which row is meant."""
    if not expected:
        return (
            [Difference(f"期望没有，实际有 {len(found)} 条：{_several(found)}", f"expected none, found {len(found)}")]
            if found
            else []
        )
    counted = [entry for entry in expected if COUNT in entry]
    told = [difference for entry in counted for difference in _miscounted(entry, found)]
    return [*told, *_unmatched([entry for entry in expected if COUNT not in entry], found, selecting)]


def same(expected: Any, found: Any) -> bool:  # noqa: PLR0911 - one answer per shape
    """Whether a value is the expected one; lists are compared as sets, instants as instants, nothing equals nothing."""
    match expected, found:
        case None, _:
            return found is None or found in ("", [], {}, ())
        case _, AnyOf():
            return str(expected) in found.names
        case list(), list() | tuple() | set() | frozenset():
            return {_text(part) for part in expected} == {_text(part) for part in found}
        case (bool(), _) | (_, bool()):
            return expected is found
        case ((int() | float()), (int() | float())):
            return bool(expected == found)
        case str(), str() if expected != found:
            return _instant(expected) is not None and _instant(expected) == _instant(found)
        case _:
            return found is not None and _text(expected) == _text(found)


def matches(entry: Row, row: Row) -> bool:
    """Whether a row is as an entry says; ``count`` says nothing about a row."""
    return all(same(value, row.get(name)) for name, value in entry.items() if name != COUNT)


def told(entry: Row) -> str:
    """An entry or a row on one line."""
    return "{" + ", ".join(f"{name}: {_shown(value)}" for name, value in entry.items()) + "}"


def _miscounted(entry: Row, found: Sequence[Row]) -> Iterator[Difference]:
    number = sum(matches(entry, row) for row in found)
    if number != entry[COUNT]:
        rest = told({name: value for name, value in entry.items() if name != COUNT})
        yield Difference(
            f"{rest}：期望 {entry[COUNT]} 条，实际 {number} 条；现有 {_several(found)}",
            f"{rest}: expected {entry[COUNT]}, found {number}",
        )


def _unmatched(expected: Sequence[Row], found: Sequence[Row], selecting: Sequence[str]) -> Iterator[Difference]:
    owners = _assigned(expected, found)
    free = [row for number, row in enumerate(found) if number not in owners]
    for number, entry in enumerate(expected):
        if number not in owners.values():
            yield from _explained(entry, [row for row in free if _selected(entry, row, selecting)] or free, selecting)


def _assigned(expected: Sequence[Row], found: Sequence[Row]) -> dict[int, int]:
    """Row → entry, as many entries as possible (augmenting paths)."""
    owners: dict[int, int] = {}

    def settle(entry: int, tried: set[int]) -> bool:
        for number, row in enumerate(found):
            if number in tried or not matches(expected[entry], row):
                continue
            tried.add(number)
            if number not in owners or settle(owners[number], tried):
                owners[number] = entry
                return True
        return False

    for entry in range(len(expected)):
        settle(entry, set())
    return owners


def _explained(entry: Row, rows: Sequence[Row], selecting: Sequence[str]) -> Iterator[Difference]:
    """Why no row is the entry: what differs from the row that comes nearest."""
    if not rows:
        yield Difference(f"{told(entry)}：没有可对应的记录", f"{told(entry)}: nothing is left that could be it")
        return
    nearest = min(rows, key=lambda row: (not _selected(entry, row, selecting), len(_wrong(entry, row))))
    if not _selected(entry, nearest, selecting):
        yield Difference(f"没有 {told(entry)}；现有 {_several(rows)}", f"there is no {told(entry)}")
        return
    for name in _wrong(entry, nearest):
        expected, seen = _shown(entry[name]), _shown(nearest.get(name))
        yield Difference(f"{name}：期望 {expected}，实际 {seen}", f"{name}: expected {expected}, found {seen}")


def _wrong(entry: Row, row: Row) -> list[str]:
    return [name for name, value in entry.items() if not same(value, row.get(name))]


def _selected(entry: Row, row: Row, selecting: Sequence[str]) -> bool:
    return all(same(entry[name], row.get(name)) for name in selecting if name in entry)


def _several(rows: Sequence[Row]) -> str:
    shown = [told({name: value for name, value in row.items() if value not in (None, "", [], ())}) for row in rows[:3]]
    return "，".join(shown) + (f"… ({len(rows)})" if len(rows) > len(shown) else "") if rows else "无 none"


def _text(value: Any) -> str:
    return str(value)


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ", ".join(sorted(str(part) for part in value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return "无 nothing" if value is None or value == "" else str(value)


def _instant(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
