"""Use cases (用例): what each event says of the read model, and fixing a month."""

from console.handlers.fixing import fix_due_month, fix_month
from console.handlers.hearing import hear

__all__ = ["fix_due_month", "fix_month", "hear"]
