"""Audit (审计链): whether the services' chains verify after what was done to the stack."""

from collections.abc import Mapping

import asyncpg

from chassis.audit.verify import verify


async def audit_ok(urls: Mapping[str, str]) -> bool:
    """Verify the chains of all services. ``urls``: service → database as the operator reaches it."""
    for service, url in urls.items():
        connection = await asyncpg.connect(url)
        try:
            if (await verify(connection, service)).bad is not None:
                return False
        finally:
            await connection.close()
    return True
