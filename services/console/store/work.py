"""SqlWork (工作单元): ports.Work on one PostgreSQL transaction. Nothing is read: what events say is written as it is."""

from collections.abc import Sequence
from itertools import repeat
from typing import Any
from uuid import UUID

from chassis import calendar, setwise
from chassis.transaction import Transaction
from console.store.groups import GROUPS, TABLES, TOLD, Row, row_of
from kernel.calendar import CalendarYear

_ADD = setwise.insert("told", TOLD) + " ON CONFLICT DO NOTHING"
_ROWS = {table: row_of(table) for table in TABLES if table != "told"}
_COLUMNS = {name: tuple(group.columns) for name, group in GROUPS.items()}
_TABLE = {name: group.table for name, group in GROUPS.items()}


class SqlWork:
    """One transaction. Of a batch only the newest event of each row and group is written."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows: dict[str, dict[tuple[Any, ...], dict[str, tuple[UUID, list[Any]]]]] = {each: {} for each in _ROWS}
        self._told: list[list[Any]] = []
        self._years: list[CalendarYear] = []

    async def load(self, messages: Sequence[Any]) -> None:
        """Nothing is needed before."""

    def keep(self, group: str, told: UUID, *key: Any, **values: Any) -> None:
        """What an event says of one group of columns of one row."""
        said = self._rows[_TABLE[group]].setdefault(key, {})
        known = said.get(group)
        if known is None or known[0] < told:
            said[group] = (told, [values[name] for name in _COLUMNS[group]])

    def trace(self, **values: Any) -> None:
        """One line of the trace."""
        self._told.append([values[name] for name in TOLD])

    def calendar_year(self, year: CalendarYear) -> None:
        """A year of the working-day calendar; an older version changes nothing."""
        self._years.append(year)

    async def flush(self) -> None:
        """Rows in the order of their keys: two processes that meet the same rows wait for each other and never in a ring."""
        self._tx.writes.put_rows(_ADD, self._told)
        for table, rows in self._rows.items():
            row = _ROWS[table]
            self._tx.writes.put_rows(row.statement, [_written(row, key, said) for key, said in sorted(rows.items())])
        for year in sorted(self._years, key=lambda year: year.year):
            await calendar.keep(self._tx.connection, year)


def _written(row: Row, key: tuple[Any, ...], said: dict[str, tuple[UUID, list[Any]]]) -> list[Any]:
    """The parameters of a row: its key, and what was said of some of its groups."""
    written = [*key, *repeat(None, row.width - len(key))]
    for group, (told, values) in said.items():
        place = row.places[group]
        written[place : place + 1 + len(values)] = [told, *values]
    return written
