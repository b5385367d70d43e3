"""Copies (成批复制): the rows that real chains left, multiplied inside the server, as if many times as many had run before.

Whatever the services wrote is copied column by column: ids and times go back by some days, the run's name in numbers of
cases, objects and inspections changes, and what would be over by then is over (``PAST``). Tables are found by having
grown, so that a new one is copied too. What is inside documents, lists and payloads stays as the first chains wrote it.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.database import Connection

NOT_COPIED = frozenset({"outbox", "published_range", "audit_block", "audit_entry", "audit_leaf", "audit_pending"})
"""Pointers into the streams, which are not made; entries of the audit, whose chain would not hold them."""
PAST: Mapping[str, Mapping[str, str]] = {
    "credit_record": {"state": "'REPAIRED'", "ended_on": "occurred_on - {days} + 5"},
    "deadline": {
        "state": "'MET'",
        "ended_at": "started_at - {back} + interval '1 hour'",
        "next_step": "NULL",
        "next_at": "NULL",
    },
    "notice": {"read_at": "created_at - {back} + interval '1 hour'"},
    "publication": {
        "state": "'PUBLICISED'",
        "publicised_on": "formed_on - {days} + 5",
        "shown_by": "'bench-publisher'",
    },
    "site_visit": {"number": "number || '{mark}'"},
}
"""Table → column → what a copy says there. Every tenth chain, the one that ran, is left as it stands."""
TIMES = {"inbox": "received_at", "event_log": "logged_at", "task": "created_at", "credit_record": "recorded_at"}
"""The tables that may hold more than the others, and when a row of theirs was written."""
OTHERS = {"credit_record": {"id_no": "id_no || '{mark}'"}}
"""Further rows of these are about others: enterprises with a hundred records each would be a strange city."""
_TABLES = """
SELECT c.relname FROM pg_class c
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition ORDER BY 1
"""
_COLUMNS = """
SELECT column_name AS name, udt_name AS kind FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name = $1 AND is_identity = 'NO' AND is_generated = 'NEVER'
 ORDER BY ordinal_position
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made FROM pg_index i
  JOIN pg_class t ON t.oid = i.indrelid AND t.relkind = 'r'
 WHERE t.oid = $1::text::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
"""
_HEX = "replace({0}::text, '-', '')"
_UUID = (
    "(lpad(to_hex((('x' || left({hex}, 12))::bit(48)::bigint - {ms}) & 281474976710655), 12, '0')"
    " || substr({hex}, 13))::uuid"
)


@dataclass(frozen=True)
class Copy:
    """The ``number``-th copy (第几份): how far back it lies, and what the run is called in it."""

    number: int
    run: str

    @property
    def back(self) -> timedelta:
        """Less than the term of the inbox, and of no two copies the same."""
        return timedelta(days=8 * (self.number % 10), hours=self.number // 10)

    @property
    def name(self) -> str:
        """What the run is called."""
        return f"{self.run[0]}{self.number:0{len(self.run) - 1}d}"

    def of(self, column: str, kind: str) -> str:
        """The expression for a column of a PostgreSQL type, where nothing else is said."""
        match kind:
            case "uuid":
                return self._id(column)
            case "timestamptz":
                return f"{column} - {self.interval}"
            case "date":
                return f"{column} - {self.back.days}"
            case "text":
                like_id = f"length({column}) = 36 AND {column} ~ '^[0-9a-f-]{{36}}$'"
                return f"CASE WHEN {like_id} THEN {self._id(column)}::text ELSE {self._named(column)} END"
            case "jsonb" | "json" | "_text":
                return f"{self._named(column + '::text')}::{kind}"
            case _:
                return column

    def past(self, expression: str) -> str:
        """An expression of ``PAST`` or ``OTHERS``."""
        return expression.format(days=self.back.days, back=self.interval, mark=f"+{self.number}")

    @property
    def interval(self) -> str:
        """``back`` in SQL."""
        return f"interval '{int(self.back.total_seconds())} seconds'"

    def _id(self, column: str) -> str:
        return _UUID.format(hex=_HEX.format(column), ms=int(self.back.total_seconds() * 1000))

    def _named(self, expression: str) -> str:
        return f"replace({expression}, '{self.run}-', '{self.name}-')"


def copies(run: str, first: int, last: int) -> list[Copy]:
    """The copies ``first`` … ``last`` of a run."""
    return [Copy(number, run) for number in range(first, last + 1)]


async def counted(connection: Connection) -> dict[str, int]:
    """Table → its rows, whatever its partitions are called."""
    tables = [row["relname"] for row in await connection.fetch(_TABLES)]
    return {table: await connection.fetchval(f'SELECT count(*) FROM "{table}"') for table in tables}  # noqa: S608 - from the catalogue


def grown(before: Mapping[str, int], after: Mapping[str, int], chains: int) -> list[str]:
    """The tables that got rows for at least every second chain."""
    found = [table for table, rows in after.items() if rows - before.get(table, 0) >= chains / 2]
    return [table for table in found if table not in NOT_COPIED]


async def multiply(connection: Connection, table: str, which: Sequence[Copy], between: Sequence[datetime] = ()) -> None:
    """Copy a table's rows, or with ``between`` those written between two instants; indexes that only serve are built anew.

    By the superuser on a server nobody else uses: triggers and foreign keys are not asked. A row whose key has no number of
    a case, no id and no day in it stays one row (a subject's latest grade).
    """
    async with without_indexes(connection, [table]):
        await _multiply(connection, table, which, between)


@asynccontextmanager
async def without_indexes(connection: Connection, tables: Iterable[str]) -> AsyncIterator[None]:
    """Without the indexes that only serve, for as long as rows come by the million; then they are built anew."""
    indexes = [index for table in tables for index in await connection.fetch(_INDEXES, table)]
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['name']}")
    yield
    for index in indexes:
        await connection.execute(index["made"])


async def _multiply(connection: Connection, table: str, which: Sequence[Copy], between: Sequence[datetime]) -> None:
    chosen = f'SELECT * FROM "{table}"'  # noqa: S608 - from the catalogue
    if between:
        chosen += f" WHERE {TIMES[table]} BETWEEN '{between[0].isoformat()}' AND '{between[1].isoformat()}'"
    await connection.execute(f"CREATE TEMP TABLE original AS {chosen}")
    columns = {f'"{row["name"]}"': row["kind"] for row in await connection.fetch(_COLUMNS, table)}
    own = {**PAST.get(table, {}), **(OTHERS.get(table, {}) if between else {})}
    said = {f'"{name}"': expression for name, expression in own.items()}
    for copy in which:
        values = [copy.past(said[name]) if name in said else copy.of(name, kind) for name, kind in columns.items()]
        await connection.execute(
            f'INSERT INTO "{table}" ({", ".join(columns)}) SELECT {", ".join(values)} FROM original'  # noqa: S608
            " ON CONFLICT DO NOTHING"
        )
    await connection.execute("DROP TABLE original")
