"""Groups (列组): columns of one row that are said together, by one kind of event or several.

Of one row and group the newest event wins, whatever order they come in; the column that remembers it says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

_TEXT = "text"
_SUBJECT = dict.fromkeys(("id_type", "id_no", "subject_kind", "subject_name", "object_no", "object_name"), _TEXT)
_TASK = {"task_id": "uuid"}
_CASE = {"source_system": _TEXT, "case_id": _TEXT}
_WHOSE = {"id_type": _TEXT, "id_no": _TEXT}


@dataclass(frozen=True, slots=True)
class Group:
    """列组. ``key``, ``columns``: name → PostgreSQL type; ``told``: the column with the event it is from.

    A text, number or truth that nothing was said of is empty, 0 or false, unless its type is followed by ``null``.
    """

    table: str
    key: Mapping[str, str]
    told: str
    columns: Mapping[str, str] = field(default_factory=dict)


GROUPS: Mapping[str, Group] = {
    "decided": Group(
        "case_line",
        _CASE,
        "decided_told",
        {
            "revision": "int",
            **dict.fromkeys(("kind", "item_code"), _TEXT),
            **dict.fromkeys(("decided_on", "valid_to"), "date"),
            **dict.fromkeys(("existing", "commitment"), "boolean"),
            "licence_no": _TEXT,
            **_SUBJECT,
            "region": _TEXT,
        },
    ),
    "unmatched": Group("case_line", _CASE, "unmatched_told"),
    "pushed": Group("case_line", _CASE, "pushed_told", {"pushed_at": "timestamptz"}),
    "task": Group(
        "task_line",
        _TASK,
        "named_told",
        {**_SUBJECT, **dict.fromkeys(("object_address", "region", "department"), _TEXT)},
    ),
    "made": Group(
        "task_line",
        _TASK,
        "made_told",
        {
            **_CASE,
            **dict.fromkeys(("method", "purpose", "relation", "link_code", "draw_no"), _TEXT),
            "ad_hoc": "boolean",
            "created_at": "timestamptz",
        },
    ),
    "state": Group("task_line", _TASK, "state_told", {"state": _TEXT, "state_at": "timestamptz"}),
    "held": Group("task_line", _TASK, "held_told", {"claimed_by": _TEXT}),
    "claimed": Group(
        "task_line", _TASK, "claimed_told", {"claimed_at": "timestamptz", "claimed_automatically": "boolean"}
    ),
    "card": Group("task_line", _TASK, "card_told", {"card": _TEXT, "card_kind": _TEXT, "card_due_on": "date"}),
    "claim_missed": Group("task_line", _TASK, "claim_missed_told"),
    "limit_missed": Group("task_line", _TASK, "limit_missed_told"),
    "due": Group(
        "task_line",
        _TASK,
        "due_told",
        {"due_kind": _TEXT, "due_at": "timestamptz", "due_on": "date", "due_stopped": "boolean"},
    ),
    "urged": Group("task_line", _TASK, "urged_told", {"urged_at": "timestamptz"}),
    "result": Group(
        "task_line", _TASK, "result_told", {"result": _TEXT, "inspection_no": _TEXT, "inspected_on": "date"}
    ),
    "subject": Group("subject_line", _WHOSE, "named_told", {"kind": _TEXT, "name": _TEXT}),
    "grade": Group(
        "subject_line",
        _WHOSE,
        "graded_told",
        {"grade": _TEXT, "score": "int null", "version": "int", "assessed_on": "date"},
    ),
    "department": Group("department_line", {"department": _TEXT}, "named_told", {"name": _TEXT}),
    "item": Group("item_line", {"item_code": _TEXT}, "named_told", {"name": _TEXT}),
}
"""Name → group; the handlers name them."""

TOLD = {
    "event_id": "uuid",
    **dict.fromkeys(("service", "fact"), _TEXT),
    "at": "timestamptz",
    **dict.fromkeys(("source_system", "aggregate", "case_ref", "task_id", "subject_ref", "object_ref"), _TEXT),
    **dict.fromkeys(("cause", "trace", "region", "department"), _TEXT),
    "payload": "bytea",
}
"""Columns of the trace."""
TABLES = ("told", *dict.fromkeys(group.table for group in GROUPS.values()))
"""Every table of the read model."""
_EMPTY = {_TEXT: "", "boolean": "false", "int": "0"}
"""What stands in a column nothing was said of; in others NULL."""


@dataclass(frozen=True, slots=True)
class Row:
    """行: how rows of one table are written, whatever groups were said of each, in one statement.

    ``places``: group → where its columns begin among the parameters, the event it is from first.
    """

    statement: str
    width: int
    places: Mapping[str, int]


def row_of(table: str) -> Row:
    """How rows of a table are written: added, or each group brought up to date unless it is from an older event."""
    groups = {name: group for name, group in GROUPS.items() if group.table == table}
    columns = dict(next(iter(groups.values())).key)
    key, places = tuple(columns), {}
    for name, group in groups.items():
        places[name] = len(columns)
        columns |= {group.told: "uuid", **group.columns}
    arrays = ", ".join(f"${n}::{kind.split()[0]}[]" for n, kind in enumerate(columns.values(), start=1))
    added = ", ".join(_or_empty(name, kind) for name, kind in columns.items())
    newer = {group.told: _newer(table, group.told) for group in groups.values()}
    changes = [
        f"{name} = CASE WHEN {newer[group.told]} THEN excluded.{name} ELSE {table}.{name} END"
        for group in groups.values()
        for name in (group.told, *group.columns)
    ]
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {added} "  # noqa: S608 - constants of this module
        f"FROM unnest({arrays}) AS said ({', '.join(columns)}) "
        f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(changes)} WHERE {' OR '.join(newer.values())}"
    )
    return Row(statement, len(columns), places)


def _newer(table: str, told: str) -> str:
    """True when an event says of a group what is not known yet; not when none says anything of it."""
    return f"coalesce({table}.{told} < excluded.{told}, {table}.{told} IS NULL AND excluded.{told} IS NOT NULL)"


def _or_empty(name: str, kind: str) -> str:
    empty = _EMPTY.get(kind)
    return name if empty is None else f"coalesce({name}, '{empty}')"
