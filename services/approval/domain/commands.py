"""Commands (指令): what this service can be asked to do. Imperative; see also ``intake.ImportCases``."""

from dataclasses import dataclass

from approval.domain.case import Statement
from approval.domain.item import Item


@dataclass(frozen=True, slots=True)
class RegisterCase:
    """登记办件: register one statement of one case."""

    statement: Statement

    @property
    def source_system(self) -> str:
        """来源系统: dead letters of the intake are counted by it."""
        return self.statement.source_system


@dataclass(frozen=True, slots=True)
class ListItem:
    """登记事项: put an item into the directory, or replace what the directory says about it."""

    item: Item


@dataclass(frozen=True, slots=True)
class TellItems:
    """告知存量事项: tell the entries that were listed before entries were told; once, at the start."""
