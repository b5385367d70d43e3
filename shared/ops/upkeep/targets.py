"""Targets (对象): whose databases a command of upkeep works on, and with which seal it signs its entries of the audit log.

The running stack's, or those the environment names.
"""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from chassis.audit.entries import Seal
from chassis.database import Connection
from chassis.identity import IdentityKeys
from ops.failure import CannotRun, Exit
from ops.running import find_running
from ops.services import service_names, variable


def owners_of(state: Path) -> Mapping[str, str]:
    """Service → URL of its database as its owner: of the stack that runs in ``state``, else from the environment.

    Raises CannotRun: nothing runs there and the environment does not name every service's database.
    """
    running = find_running(state)
    if running is not None:
        return {name: running.owner_urls.get(name) or url for name, url in running.database_urls.items()}
    named = {name: _named(name) for name in service_names()}
    if missing := [variable(name, "OWNER_URL") for name, url in named.items() if not url]:
        raise CannotRun(
            zh=f"{state} 中没有正在运行的服务栈；请先执行 shenguan up，或设置 {'、'.join(missing)}",
            en=f"no stack runs in {state}; run `shenguan up` first, or set {', '.join(missing)}",
            exit_code=Exit.USAGE,
        )
    return named


@asynccontextmanager
async def connected(service: str, url: str) -> AsyncIterator[Connection]:
    """A connection for one piece of work. Raises CannotRun: the database does not answer, or refuses it."""
    try:
        connection = await asyncpg.connect(url)
        try:
            yield connection
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError) as fault:
        raise CannotRun(
            zh=f"{service} 的数据库未能完成：{fault}", en=f"the database of {service} did not: {fault}"
        ) from fault


def seal_of(state: Path) -> Seal | None:
    """The deployment's seal, by which its audit entries are believed; None when its identity key is not known here."""
    beside = state / "identity.key"
    key = os.environ.get("SHENGUAN_IDENTITY_KEY", "") or (
        beside.read_text(encoding="ascii").strip() if beside.exists() else ""
    )
    return IdentityKeys(key).digest if key else None


def demand_seal(state: Path) -> Seal:
    """The same for who must write an entry. Raises CannotRun: the identity key is not known here."""
    seal = seal_of(state)
    if seal is None:
        raise CannotRun(
            zh="没有身份密钥，审计记录无法盖印；请设 SHENGUAN_IDENTITY_KEY",
            en="no identity key, the audit entry could not be sealed; set SHENGUAN_IDENTITY_KEY",
            exit_code=Exit.USAGE,
        )
    return seal


def _named(service: str) -> str:
    return os.environ.get(variable(service, "OWNER_URL")) or os.environ.get(variable(service, "DATABASE_URL"), "")
