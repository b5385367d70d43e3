"""Kept rows (上链行现状): the rows an entry vouches for as they stand in their tables now, read set-wise."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from chassis.audit.findings import Bad, What
from chassis.audit.leaf import Digests, content_of, hashed, ref_of
from chassis.database import Connection
from contracts.proved import Proved

_PORTION = 2000


class KeptRows:
    """Rows of one service's tables under the chain; those of the present block are held."""

    def __init__(self, connection: Connection, tables: Sequence[Proved]) -> None:
        self._connection = connection
        self._tables = {each.table: each for each in tables}
        self._found: dict[str, list[Digests]] = {}
        self._newer: dict[str, int] = {}
        """First part of the key → version that stands, for tables whose rows give way."""

    async def expect(self, refs: Iterable[Iterable[str]]) -> None:
        """Read what these refs name."""
        self._found.clear()
        self._newer.clear()
        wanted: dict[str, set[str]] = defaultdict(set)
        for ref in (one for several in refs for one in several):
            table, _, key = ref.partition("/")
            wanted[table].add(key.partition("/")[0])
        for table, keys in wanted.items():
            if table in self._tables:
                ordered = sorted(keys)
                for at in range(0, len(ordered), _PORTION):
                    await self._read(self._tables[table], ordered[at : at + _PORTION])

    def must_be(self, ref: str, told: Digests) -> None:
        """The row stands as it was told. Raises Bad."""
        table, _, key = ref.partition("/")
        found = self._found.get(ref, [])
        if told in found:
            if len(found) > 1:
                raise Bad(table=table, key=key, what=What.INSERTED)
            return
        if found:
            raise Bad(table=table, key=key, what=What.CHANGED)
        proved = self._tables.get(table)
        if proved is None or not proved.replaced:
            raise Bad(table=table, key=key, what=What.DELETED)
        name, _, version = key.rpartition("/")
        standing = self._newer.get(f"{table}/{name}")
        if standing is None:
            raise Bad(table=table, key=key, what=What.DELETED)
        if standing < int(version):
            raise Bad(table=table, key=key, what=What.CHANGED)

    async def _read(self, proved: Proved, keys: Sequence[str]) -> None:
        columns = ", ".join(f"{proved.read.get(name, name)} AS {name}" for name in proved.columns)
        rows: list[Any] = await self._connection.fetch(
            f"SELECT {columns} FROM {proved.table} WHERE {proved.key[0]} = ANY($1::uuid[])",  # noqa: S608 - contracts
            keys,
        )
        for row in rows:
            self._found.setdefault(ref_of(proved, row), []).append(hashed(content_of(proved, row)))
            if proved.replaced:
                self._newer["/".join((proved.table, str(row[proved.key[0]])))] = row[proved.key[1]]
