"""Figures and ledger (对账数字、因果台账): the console causes nothing, so nothing has to match elsewhere."""

from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncConnection


async def figures(_connection: AsyncConnection, _source: str | None) -> dict[str, int]:
    """None of its own."""
    return {}


async def ledger(_connection: AsyncConnection, _source: str | None) -> AsyncIterator[tuple[str, str, str]]:
    """Nothing."""
    nothing: tuple[tuple[str, str, str], ...] = ()
    for line in nothing:
        yield line
