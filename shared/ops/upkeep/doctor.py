"""``shenguan doctor`` (体检): looks at a stack from the disk to the audit chain, and says of every trouble what to do.

It changes nothing, needs no service to be well, and names what it could not look at.
"""

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TypeVar

import asyncpg
import nats.errors

from chassis.database import Connection
from ops.failure import Exit
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE, StackInfo, find_running
from ops.services import variable
from ops.signing_keys import TRUSTED
from ops.up_command import Json, State
from ops.upkeep import doctor_database, doctor_flow, doctor_machine, doctor_nats
from ops.upkeep.commands import LAST_BACKUP
from ops.upkeep.finding import Check, Finding, Level, examine
from ops.upkeep.targets import owners_of

_EXCUSES = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, nats.errors.Error, LookupError, ValueError)
_MARKS = {Level.OK: "✓", Level.WARN: "!", Level.BAD: "✗"}

T = TypeVar("T")
Ask = Callable[[str, Connection], Awaitable[Sequence[Finding]]]


def doctor(*, state: State = USUAL_STATE, as_json: Json = False) -> None:
    """体检：磁盘、服务、数据库、事件流、审计链、密钥、备份 / examine a stack and say what to do.

    退出码 / exit codes: 0 nothing is bad (warnings may be) · 1 something is bad · 2 there is nothing to examine.
    """
    conduct(_doctor(state, Narrator(as_json=as_json)))


async def _doctor(state: Path, narrator: Narrator) -> Exit:
    findings = await examination(state)
    narrator.hand_over(
        {
            "bad": count(findings, Level.BAD),
            "warn": count(findings, Level.WARN),
            "findings": [f.document() for f in findings],
        }
    )
    for finding in findings:
        narrator.show(f"{_MARKS[finding.level]} {finding.code}: {finding.zh} / {finding.en}")
        if finding.remedy_zh:
            narrator.show(f"    → {finding.remedy_zh} / {finding.remedy_en}")
    return Exit.FINDING if count(findings, Level.BAD) else Exit.DONE


def count(findings: Sequence[Finding], level: Level) -> int:
    """How many findings have a level."""
    return sum(finding.level is level for finding in findings)


async def examination(state: Path) -> list[Finding]:
    """Everything there is to say about the stack in ``state``, or about what the environment names.

    Raises CannotRun: nothing runs there and the environment names no databases.
    """
    owners = owners_of(state)
    running = find_running(state)
    checks = [*_machine(state, running), *_nats(running)]
    findings = await examine(checks, _EXCUSES)
    async with AsyncExitStack() as leaving:
        databases = _Databases(owners, leaving)
        return findings + await examine(_databases(databases, running), _EXCUSES)


def _machine(state: Path, running: StackInfo | None) -> list[Check]:
    trusted = os.environ.get(TRUSTED) or str(state / "trusted-keys.json")
    return [
        Check(code="disk", zh="磁盘", en="room on the disk", look=partial(_here, doctor_machine.roomy, state)),
        Check(code="key-files", zh="密钥文件", en="key files", look=partial(_here, doctor_machine.private, state)),
        Check(
            code="signing-keys",
            zh="签名公钥的有效期",
            en="validity of signing keys",
            look=partial(_here, doctor_machine.trusted_for_long, trusted),
        ),
        Check(
            code="backup", zh="备份", en="backup", look=partial(_here, doctor_machine.backed_up, state / LAST_BACKUP)
        ),
        Check(code="services", zh="服务", en="services", look=partial(_of_running, doctor_machine.serving, running)),
        Check(
            code="sealing",
            zh="密封的密钥",
            en="sealing keys",
            look=partial(_of_running, doctor_machine.resealed, running),
        ),
    ]


async def _here(look: Callable[[T], Sequence[Finding]], where: T) -> Sequence[Finding]:
    """A look at this machine's own files."""
    return look(where)


async def _of_running(
    look: Callable[[StackInfo], Awaitable[Sequence[Finding]]], running: StackInfo | None
) -> Sequence[Finding]:
    if running is None:
        raise ConnectionError("没有 shenguan up 启动的服务 / no stack of shenguan up runs here")
    return await look(running)


def _nats(running: StackInfo | None) -> list[Check]:
    url = running.nats_url if running else os.environ.get("SHENGUAN_NATS_URL", "")
    monitoring = (running.monitoring_url if running else "") or os.environ.get("SHENGUAN_NATS_MONITORING_URL", "")
    return [
        Check(
            code="nats-sync",
            zh="消息逐条落盘",
            en="messages synced to disk",
            look=partial(doctor_nats.synced, monitoring),
        ),
        Check(
            code="nats-streams", zh="事件流与消费者", en="streams and durables", look=partial(doctor_nats.declared, url)
        ),
    ]


class _Databases:
    """The databases, each opened when first asked for, and not again when it did not answer."""

    def __init__(self, owners: Mapping[str, str], leaving: AsyncExitStack) -> None:
        self.owners = owners
        self._leaving = leaving
        self._open: dict[str, Connection] = {}
        self._away: dict[str, Exception] = {}

    async def of(self, service: str) -> Connection:
        """The connection to one service's database. Raises OSError, asyncpg.PostgresError."""
        if service in self._away:
            raise self._away[service]
        if service not in self._open:
            try:
                self._open[service] = await asyncpg.connect(self.owners[service], timeout=10)
            except (OSError, asyncpg.PostgresError) as away:
                self._away[service] = away
                raise
            self._leaving.push_async_callback(self._open[service].close)
        return self._open[service]


def _databases(databases: _Databases, running: StackInfo | None) -> list[Check]:
    asked: list[tuple[str, str, str, Ask]] = [
        ("database-durable", "数据库落盘", "durability of the database", doctor_database.durable),
        ("database-clock", "数据库时钟", "clock of the database", doctor_database.in_time),
        ("database-connections", "数据库连接", "connections of the database", doctor_database.roomy),
        ("database-revision", "数据库版本", "revision of the database", doctor_database.migrated),
        ("partitions", "分区", "partitions", doctor_database.partitioned),
        ("calendar", "工作日历", "working-day calendar", doctor_flow.calendar_told),
        *((each.code, each.zh, each.en, each.ask) for each in doctor_flow.QUESTIONS),
    ]
    checks = [
        Check(code=code, zh=f"{service} {zh}", en=f"{en} of {service}", look=partial(_look, databases, service, ask))
        for service in databases.owners
        for code, zh, en, ask in asked
    ]
    for service in databases.owners:
        url = (
            running.database_urls.get(service, "") if running else os.environ.get(variable(service, "DATABASE_URL"), "")
        )
        look = partial(_owned, databases, service, url)
        checks.append(
            Check(code="database-owner", zh=f"{service} 表的属主", en=f"owner of the tables of {service}", look=look)
        )
    return checks


async def _look(databases: _Databases, service: str, ask: Ask) -> Sequence[Finding]:
    return await ask(service, await databases.of(service))


async def _owned(databases: _Databases, service: str, url: str) -> Sequence[Finding]:
    if not url:
        raise LookupError(f"{variable(service, 'DATABASE_URL')} 未设 / is not set")
    return await doctor_database.owned(service, await databases.of(service), url)
