"""Use cases (用例): what each event says of the read model."""

from console.handlers.hearing import hear

__all__ = ["hear"]
