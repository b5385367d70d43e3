"""Random draws (双随机抽查) in PostgreSQL: secrets sealed, pools and receipts byte for byte, what was drawn.

Whoever changes a draw holds the advisory lock of its number; whoever assigns an object that of the object.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

import msgspec

from chassis import setwise
from chassis.database import Connection
from chassis.identity import IdentityKeys
from chassis.loaded import Entries
from chassis.setwise import LIST
from chassis.transaction import Transaction
from chassis.writes import Writes
from kernel.sealed import Place
from supervision.domain.draws.algorithm import DrawnObject
from supervision.domain.draws.assignment import Assignment, DrawnOutcome
from supervision.domain.draws.ceremony import Draw, DrawState
from supervision.domain.draws.commands import PublicValue
from supervision.domain.draws.gathering import Gathered
from supervision.domain.draws.pool import Pool
from supervision.domain.draws.replacement import Able, Replacement
from supervision.domain.draws.rules import DrawRules
from supervision.ports.plans import Plans
from supervision.ports.process import Catalogues
from supervision.store.gathering import able, entry_in_force, gathered
from supervision.store.needs import DrawNeeds

_TEXTS = ("snapshot", "commitment", "announcement_hash")
_DRAW = {
    "draw_no": "text",
    "plan_no": "text",
    "plan_version": "int",
    **dict.fromkeys(("entry", "region"), "text"),
    "departments": LIST,
    **dict.fromkeys(("algorithm", "script", *_TEXTS), "text"),
    "sealed_secret": "bytea",
    **dict.fromkeys(("value_source", "value_form"), "text"),
    "value_at": "timestamptz",
    "prepared_by": "text",
    "prepared_at": "timestamptz",
    **dict.fromkeys(("objects", "quota"), "int"),
    **dict.fromkeys(("state", "secret", "value", "looked_up", "seed", "result_hash", "ended_by", "witness"), "text"),
    "ended_at": "timestamptz",
    "reason": "text",
}
_END = {
    name: _DRAW[name]
    for name in (
        *("draw_no", "state", "secret", "value", "looked_up", "seed", "result_hash"),
        *("ended_by", "witness", "ended_at", "reason"),
    )
}
_PLAIN = [name for name in Draw.__dataclass_fields__ if name in _DRAW and name not in {"state", "secret"}]
_OBJECT = {"draw_no": "text", "source_system": "text", "object_no": "text"}
_DRAWN = {**_OBJECT, "officers": "jsonb", "outcome": "text", "tasks": "jsonb"}
_REPLACED = {
    "draw_no": "text",
    "number": "int",
    **dict.fromkeys(("source_system", "object_no", "department", "officer", "successor"), "text"),
    **dict.fromkeys(("reason", "by", "witness"), "text"),
    "at": "timestamptz",
    "receipt": "bytea",
}
_DRAWS = setwise.select("draw", {"draw_no": "text"})
_OF_ENTRY = "SELECT draw_no, state FROM draw WHERE plan_no = $1 AND entry = $2"
_POOLS = setwise.select("draw_pool", {"draw_no": "text"})
_ASSIGNMENTS = setwise.select("drawn_object", _OBJECT)
_ADD = setwise.insert("draw", _DRAW)
_ADD_POOL = "INSERT INTO draw_pool (draw_no, content) VALUES ($1, $2)"
_ADD_RECEIPT = "INSERT INTO draw_receipt (draw_no, content) VALUES ($1, $2)"
_CHANGE = setwise.update("draw", _END, "draw_no")
_KEEP_DRAWN = setwise.upsert("drawn_object", _DRAWN, tuple(_OBJECT))
_ADD_REPLACEMENTS = setwise.insert("draw_replacement", _REPLACED)
_REPLACEMENTS = "SELECT * FROM draw_replacement WHERE draw_no = $1 ORDER BY number"
_WAITING = """
SELECT draw_no, source_system, object_no, plan_no FROM drawn_object JOIN draw USING (draw_no)
 WHERE outcome = 'WAITING' AND (draw_no, source_system, object_no, plan_no) NOT IN (
       SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]))
 ORDER BY draw_no, source_system, object_no LIMIT $1
"""
_OFFICERS = msgspec.json.Decoder(dict[str, tuple[str, ...]])
_TASKS = msgspec.json.Decoder(dict[str, str])
Drawn = tuple[str, str, str]
"""Draw, source system and number of an object drawn."""


@dataclass(frozen=True)
class DrawDesk:
    """What draws need of the process (抽取所需): their rules, and the keys that seal a secret until it is told."""

    rules: DrawRules
    keys: IdentityKeys


class LoadedDraws:
    """ports.Draws. What was not loaded raises KeyError."""

    def __init__(self, desk: DrawDesk) -> None:
        self.rules = desk.rules
        self._keys = desk.keys
        self._rows = Entries[str, Draw]()
        self._pools: dict[str, bytes] = {}
        self._of_entry: dict[tuple[str, str], dict[str, DrawState]] = {}
        self._gathered: dict[tuple[str, str], Gathered] = {}
        self._drawn = Entries[Drawn, Assignment]()
        self._replacements: dict[str, list[Replacement]] = {}
        self._new_replacements: list[Replacement] = []
        self._able: dict[tuple[str, str], Able] = {}
        self._new_pools: dict[str, Pool] = {}
        self._receipts: dict[str, bytes] = {}

    def new_secret(self) -> str:
        """256 bits nobody can guess, in hexadecimal."""
        return token_hex(32)

    def of(self, plan_no: str, entry: str) -> Mapping[str, DrawState]:
        """Every draw of an entry."""
        return self._of_entry[plan_no, entry]

    def gathered(self, plan_no: str, entry: str) -> Gathered:
        """What a pool of an entry is made of today."""
        return self._gathered[plan_no, entry]

    def get(self, draw_no: str) -> Draw | None:
        """The draw, or None."""
        return self._rows.at(draw_no)

    def pool(self, draw_no: str) -> Pool:
        """The pool it was announced with."""
        return Pool.of(self._pools[draw_no])

    def assignment(self, draw_no: str, source_system: str, object_no: str) -> Assignment | None:
        """What became of an object that was drawn, or None."""
        return self._drawn.at((draw_no, source_system, object_no))

    def replacements(self, draw_no: str) -> Sequence[Replacement]:
        """Every replacement of a draw, the first one first."""
        return tuple(self._replacements[draw_no])

    def able(self, draw_no: str, department: str) -> Able:
        """Who of a department may be asked to stand in."""
        return self._able[draw_no, department]

    def replace(self, replacement: Replacement) -> None:
        """Keep a new replacement."""
        self._replacements[replacement.draw_no].append(replacement)
        self._new_replacements.append(replacement)

    def announce(self, draw: Draw, pool: Pool) -> None:
        """Keep a new draw with its pool."""
        self._rows.put(draw.draw_no, draw)
        self._of_entry[draw.plan_no, draw.entry][draw.draw_no] = draw.state
        self._new_pools[draw.draw_no] = pool

    def conclude(self, draw: Draw, receipt: Mapping[str, Any], result: Sequence[DrawnObject]) -> None:
        """Keep a draw that was run, its receipt and what was drawn."""
        self._rows.put(draw.draw_no, draw)
        self._receipts[draw.draw_no] = msgspec.json.encode(receipt)
        for each in result:
            source, _, number = each.ref.partition(":")
            waiting = Assignment(draw_no=draw.draw_no, source_system=source, object_no=number, officers=each.officers)
            self._drawn.put((draw.draw_no, source, number), waiting)

    def save(self, draw: Draw) -> None:
        """Keep a changed draw."""
        self._rows.put(draw.draw_no, draw)

    def assign(self, assignment: Assignment) -> None:
        """Keep what became of an object that was drawn."""
        self._drawn.put((assignment.draw_no, assignment.source_system, assignment.object_no), assignment)

    async def read(self, tx: Transaction, needs: DrawNeeds, plans: Plans, catalogues: Catalogues) -> None:
        """Read the draws that are needed, with pools and what was drawn; gather the pools that are to be announced."""
        self._rows.expect(needs.draws)
        for row in await tx.connection.fetch(_DRAWS, list(needs.draws)) if needs.draws else ():
            self._rows.found(row["draw_no"], self._draw(row))
        for row in await tx.connection.fetch(_POOLS, list(needs.run)) if needs.run else ():
            self._pools[row["draw_no"]] = row["content"]
        self._drawn.expect(needs.drawn)
        keys = setwise.transposed(needs.drawn)
        for row in await tx.connection.fetch(_ASSIGNMENTS, *keys) if keys else ():
            found = _assignment(row)
            self._drawn.found((found.draw_no, found.source_system, found.object_no), found)
        for draw_no, department in needs.replaced:
            self._able[draw_no, department] = await able(tx.connection, draw_no, department)
            rows = await tx.connection.fetch(_REPLACEMENTS, draw_no)
            self._replacements[draw_no] = [_replacement(row) for row in rows]
        for draw_no, (plan_no, code) in needs.prepared.items():
            others = await tx.connection.fetch(_OF_ENTRY, plan_no, code)
            self._of_entry[plan_no, code] = {row["draw_no"]: DrawState(row["state"]) for row in others}
            if self.get(draw_no) is None and (entry := entry_in_force(plans.versions(plan_no), code)):
                self._gathered[plan_no, code] = await gathered(
                    tx.connection, entry, plans, catalogues.current, tx.today
                )

    def write(self, writes: Writes) -> None:
        """Write what changed."""
        added = [self._row(draw) for draw in self._rows.added()]
        ended = [_end(draw) for draw in self._rows.altered()]
        drawn = [_drawn_row(each) for _, each in sorted(self._drawn.changed.items())]
        writes.put_rows(_ADD, added)
        writes.put_rows(_CHANGE, ended)
        writes.put_rows(_KEEP_DRAWN, drawn)
        writes.put_rows(_ADD_REPLACEMENTS, [_replacement_row(each) for each in self._new_replacements])
        for draw_no, pool in self._new_pools.items():
            writes.put(_ADD_POOL, draw_no, pool.content)
        for draw_no, receipt in self._receipts.items():
            writes.put(_ADD_RECEIPT, draw_no, receipt)

    def _row(self, draw: Draw) -> list[Any]:
        value = draw.public_value
        told = {"value_source": value.source, "value_form": value.form, "value_at": value.at}
        hashes = {name: getattr(draw, name) for name in _TEXTS}
        sealed = {
            "sealed_secret": self._keys.seal(draw.secret, _secret_place(draw.draw_no)),
            "departments": ",".join(draw.departments),
        }
        known = {name: getattr(draw, name) for name in _PLAIN} | told | hashes | sealed
        known |= {"state": draw.state.value, "secret": "", "seed": ""}
        return [known[name] for name in _DRAW]

    def _draw(self, row: Any) -> Draw:
        value = PublicValue(source=row["value_source"], form=row["value_form"], at=row["value_at"])
        secret = self._keys.open(row["sealed_secret"], _secret_place(row["draw_no"]))
        known = {name: row[name] for name in _PLAIN} | {"departments": tuple(row["departments"])}
        draw = Draw(**known, public_value=value, secret=secret, state=DrawState(row["state"]))
        if draw.announcement_hash != row["announcement_hash"]:
            raise ValueError(f"draw {draw.draw_no} is not as it was announced: somebody changed it in the database")
        return draw


class DueAssignments:
    """Objects drawn that have no tasks yet (待派发): found here, assigned by the handler."""

    async def __call__(
        self, connection: Connection, _now: datetime, limit: int, leaving_out: Collection[tuple[str, ...]]
    ) -> Mapping[tuple[str, ...], object]:
        """Up to ``limit`` of them, whatever the time is; as ``AssignDrawn`` is made."""
        left = setwise.transposed(leaving_out) or [[], [], [], []]
        rows = await connection.fetch(_WAITING, limit, *left)
        return {tuple(row): "waiting" for row in rows}


def _secret_place(draw_no: str) -> Place:
    return Place("draw", "sealed_secret", (draw_no,))


def _end(draw: Draw) -> list[Any]:
    seed = draw.seed if draw.state is DrawState.CONCLUDED else ""
    known = {name: getattr(draw, name) for name in _END if name not in {"state", "seed"}}
    known |= {"state": draw.state.value, "seed": seed}
    return [known[name] for name in _END]


def _drawn_row(each: Assignment) -> tuple[Any, ...]:
    return (
        *(each.draw_no, each.source_system, each.object_no, msgspec.json.encode(each.officers).decode()),
        *(each.outcome.value, msgspec.json.encode(each.tasks).decode()),
    )


def _assignment(row: Any) -> Assignment:
    return Assignment(
        draw_no=row["draw_no"],
        source_system=row["source_system"],
        object_no=row["object_no"],
        officers=_OFFICERS.decode(row["officers"]),
        outcome=DrawnOutcome(row["outcome"]),
        tasks=_TASKS.decode(row["tasks"]),
    )


def _replacement_row(each: Replacement) -> list[Any]:
    return [getattr(each, name) for name in _REPLACED if name != "receipt"] + [msgspec.json.encode(each.receipt)]


def _replacement(row: Any) -> Replacement:
    return Replacement(**{name: row[name] for name in _REPLACED} | {"receipt": msgspec.json.decode(row["receipt"])})
