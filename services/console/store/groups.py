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
    """列组. ``key``, ``columns``: name → PostgreSQL type; ``told``: the column with the event it is from."""

    table: str
    key: Mapping[str, str]
    told: str
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, str]:
        """Every column that is written, in the order of the parameters."""
        return {**self.key, self.told: "uuid", **self.columns}

    @property
    def statement(self) -> str:
        """Add the row or bring its group up to date; an older event changes nothing."""
        names = self.all
        arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(names.values(), start=1))
        changes = ", ".join(f"{name} = excluded.{name}" for name in (self.told, *self.columns))
        listed = ", ".join(names)
        return (
            f"INSERT INTO {self.table} ({listed}) SELECT * FROM unnest({arrays}) "  # noqa: S608 - constants of this module
            f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changes} "
            f"WHERE {self.table}.{self.told} IS NULL OR {self.table}.{self.told} < excluded.{self.told}"
        )


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
    "due": Group("task_line", _TASK, "due_told", {"due_kind": _TEXT, "due_on": "date"}),
    "urged": Group("task_line", _TASK, "urged_told", {"urged_at": "timestamptz"}),
    "result": Group(
        "task_line", _TASK, "result_told", {"result": _TEXT, "inspection_no": _TEXT, "inspected_on": "date"}
    ),
    "subject": Group("subject_line", _WHOSE, "named_told", {"kind": _TEXT, "name": _TEXT}),
    "grade": Group(
        "subject_line",
        _WHOSE,
        "graded_told",
        {"grade": _TEXT, "score": "int", "version": "int", "assessed_on": "date"},
    ),
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
