"""Store (存储): the read model on asyncpg, set-wise: one statement a group of columns for a batch of any size; fixed months."""

from console.store.fixing import DueMonths, SqlFixings
from console.store.read_model import Fed, ReadModel
from console.store.work import SqlWork

__all__ = ["DueMonths", "Fed", "ReadModel", "SqlFixings", "SqlWork"]
