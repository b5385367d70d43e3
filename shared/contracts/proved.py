"""What is under the chain (上链的表): the rows whose every column the audit log vouches for, service by service.

Plain data: stores hash by it what they write, the verifier reads by it what is there now.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """一张上链的表. ``columns`` in the order they are hashed in; ``key`` names a row, its parts joined by ``/``."""

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    read: dict[str, str] = field(default_factory=dict)
    """Column → the SQL it is read back with, where that is not the column."""
    json: frozenset[str] = frozenset()
    """Columns whose spelling the database does not keep (jsonb)."""
    when: str = "true"
    """SQL: which rows are under the chain."""
    replaced: bool = False
    """True when a row gives way to its next version: only the newest stands in the table."""
    public: str = ""
    """The column that is a leaf of its own, exactly as everybody may read it; empty: the row stays inside its entry."""


EVENT_LOG = Proved(
    table="event_log",
    key=("event_id",),
    columns=("event_id", "logged_at", "type", "subject", "aggregate", "source_system", "headers", "payload"),
    read={"headers": "headers::text"},
)
"""事件日志, of every service."""

_CONTENT = ("matter_code", "matter_name", "subject_name", "object_name", "inspected_on", "result_class")

PUBLICATION = Proved(
    table="publication",
    key=("publication_no", "version"),
    columns=(
        *("publication_no", "source_system", "inspection_no", "task_id", "object_no", "region", "department"),
        *("purpose", "inspectors", "result", "formed_on", "edition", "state", "version", "publicised_on", "shown_by"),
        *("id_type", "id_no", "subject_kind", "holder_name", *_CONTENT, "doubt", "withdrawal"),
    ),
    read={"inspectors": "array_to_string(inspectors, ',')"},
    json=frozenset({"doubt", "withdrawal"}),
    when="publicised_on IS NOT NULL",
    replaced=True,
)
"""公示, from the day it is shown."""
PUBLICATION_CHANGE = Proved(
    table="publication_change",
    key=("publication_no", "version"),
    columns=("publication_no", "version", "act", "by", "at", "cause", "reason", *_CONTENT),
)
"""公示履历."""
PUBLIC_EDITION = Proved(
    table="public_edition",
    key=("publication_no", "version"),
    columns=("publication_no", "version", "content"),
    public="content",
)
"""公示版次: what everybody could read, byte for byte."""

FIXED_MONTH = Proved(
    table="fixed_month",
    key=("fixing_id",),
    columns=("fixing_id", "month", "at", "by", "reason", "rules", "cases", "rows", "sha256"),
    json=frozenset({"rules", "cases"}),
)
"""定格: a month of the assessment that was fixed; its digest stands for the figures of the departments."""

PROVED: dict[str, tuple[Proved, ...]] = {
    "approval": (EVENT_LOG,),
    "supervision": (EVENT_LOG, PUBLICATION, PUBLICATION_CHANGE, PUBLIC_EDITION),
    "credit": (EVENT_LOG,),
    "console": (EVENT_LOG, FIXED_MONTH),
}
"""Service → its tables under the chain, the audit log itself apart."""

PUBLIC = frozenset(each.table for tables in PROVED.values() for each in tables if each.public)
"""Tables whose rows are leaves of their own."""
