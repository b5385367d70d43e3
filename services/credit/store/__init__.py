"""Store (存储): rows ↔ aggregates on asyncpg, set-wise, a few statements for a batch of any size."""

from credit.store.rulebooks import RulebookCache
from credit.store.snapshots import SqlSnapshots
from credit.store.trail import SqlTrail
from credit.store.work import SqlWork

__all__ = ["RulebookCache", "SqlSnapshots", "SqlTrail", "SqlWork"]
