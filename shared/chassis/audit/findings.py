"""Findings (核验结果): what was checked of a chain, and the first row that is not as it was."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class What(StrEnum):
    """What became of a row (改动种类)."""

    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    UNSIGNED = "unsigned"
    """A head whose signature is not believed."""


_TOLD = {
    What.CHANGED: ("被改动", "was changed"),
    What.DELETED: ("被删除", "was deleted"),
    What.INSERTED: ("不是本系统写入的，系外部插入", "was inserted by somebody else"),
    What.UNSIGNED: ("签名不可信", "has no signature that is believed"),
}


@dataclass(eq=False, kw_only=True)
class Bad(Exception):  # noqa: N818 - a finding, raised where the check cannot usefully go on
    """第一处不符: one row that is not as it was. ``detail`` says how it is known, in both languages."""

    table: str
    key: str
    what: What
    detail: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        zh, en = _TOLD[self.what]
        more = [f"（{self.detail[0]}）", f" ({self.detail[1]})"] if self.detail[0] else ["", ""]
        return f"{self.table} {self.key} {zh}{more[0]} / {self.table} {self.key} {en}{more[1]}"


@dataclass(slots=True, kw_only=True)
class Report:
    """核验报告 of one service."""

    service: str
    blocks: int = 0
    entries: int = 0
    rows: int = 0
    """Rows the entries vouch for."""
    heads: int = 0
    witnesses: int = 0
    """Heads of this chain that others kept."""
    pending: int = 0
    """Entries not chained yet."""
    unsigned_blocks: int = 0
    """Blocks after the last signed one."""
    before: dict[str, int] = field(default_factory=dict)
    """Rows from before the chain began: nobody vouches for them."""
    signatures: bool = True
    """False when there were no trusted keys to check signatures with."""
    bad: Bad | None = None

    @property
    def ok(self) -> bool:
        """Nothing was touched."""
        return self.bad is None

    def document(self) -> dict[str, Any]:
        """As JSON."""
        names = ("service", "blocks", "entries", "rows", "heads", "witnesses", "pending", "unsigned_blocks", "before")
        said = {name: getattr(self, name) for name in names} | {"signatures_checked": self.signatures, "ok": self.ok}
        bad = self.bad
        return said | {"bad": bad and {"table": bad.table, "key": bad.key, "what": bad.what.value, "told": str(bad)}}
