"""Store (存储): the read model on asyncpg, set-wise: one statement a group of columns for a batch of any size."""

from console.store.read_model import Fed, ReadModel
from console.store.work import SqlWork

__all__ = ["Fed", "ReadModel", "SqlWork"]
