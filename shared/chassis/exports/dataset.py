"""Dataset (报送数据集): one field table and where its rows come from in a service's own database."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from chassis.database import Connection
from kernel.export import Candidate
from kernel.export_limit import ExportRules
from kernel.field_table import FieldTable
from kernel.refusal import Fault, Refusal
from kernel.sealed import Place

WIDE = (
    "SELECT set_config(name, value, true) FROM (VALUES ('enable_seqscan', 'on'), ('enable_hashjoin', 'on'),"
    " ('enable_mergejoin', 'on'), ('plan_cache_mode', 'force_custom_plan')) AS wide (name, value)"
)
"""For a transaction that reads a whole window: the keyed plans of the hot path took minutes for 20,000 rows."""


class Seal(Protocol):
    """How personal data is kept and counted; ``IdentityKeys`` is one."""

    def reference(self, id_type: str, id_no: str) -> str:
        """A keyed reference, the same for the same text."""
        ...

    def seal(self, text: str, place: Place) -> bytes:
        """Encrypt a text for keeping in one place."""
        ...

    def open(self, sealed: bytes, place: Place) -> str:
        """The text that was sealed."""
        ...


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """报送数据集. ``rows``: those dated in [first, last], and those with the given keys whatever their date.

    ``unsent``: SQL of (department, dated_on, rows) dated from $1 on and not in the ledger; empty: the table has no limit.
    ``touched``: SQL of the keys that something registered at or after $1 and before $2 may have changed; rows of theirs
    that were sent are looked at again, whatever their date. Empty: what was registered never changes.
    """

    table: FieldTable
    rows: Callable[[Connection, date, date, Sequence[str]], Awaitable[Sequence[Candidate]]]
    unsent: str = ""
    touched: str = ""


@dataclass(frozen=True, kw_only=True)
class Exports:
    """What a service exports. ``most_rows``: lines one batch may have."""

    datasets: Mapping[str, Dataset]
    rules: ExportRules
    seal: Seal
    region: str
    most_rows: int = 20_000

    def of(self, table: str) -> Dataset:
        """The dataset of a table. Refuses ``table-unknown`` (422)."""
        if table in self.datasets:
            return self.datasets[table]
        known = "、".join(self.datasets)
        zh, en = f"没有报送字段表 {table}，可用：{known}", f"there is no field table {table}; use one of: {known}"
        raise Refusal(code="table-unknown", zh=zh, en=en, faults=(Fault(pointer="/table", zh=zh, en=en),))


def exports_of(datasets: Sequence[Dataset], rules: ExportRules, seal: Seal, region: str) -> Exports:
    """The exports of a service."""
    return Exports(datasets={each.table.name: each for each in datasets}, rules=rules, seal=seal, region=region)
