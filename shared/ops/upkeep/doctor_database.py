"""Doctor of the databases (数据库体检): that they keep what they say, and that their tables are as this release needs them.

Every function looks at one service's database and answers what is wrong.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from alembic.config import Config
from alembic.script import ScriptDirectory

from chassis.connections import PER_PROCESS, SPARE
from chassis.database import Connection
from chassis.partitions import BY_MONTH
from ops.upkeep.finding import Finding, Level, Trouble

_SETTINGS = {"fsync": "on", "full_page_writes": "on", "data_checksums": "on"}
_LOGS = ("event_log", "audit_entry")
"""Of these no month may be missing: rows in the default partition cannot be moved without their owner."""
_OFFSET = 2.0
"""Seconds two clocks may differ before somebody should look."""
_FULL = 0.8
"""Of the connections a server takes, how many may be in use."""

_NOT_DURABLE = Trouble(
    level=Level.BAD,
    zh="{about} 的数据库 {setting} = {value}，断电或坏盘时已确认的数据可能丢失或无人察觉",
    en="the database of {about} has {setting} = {value}: what was acknowledged may be lost, or damage go unseen",
    remedy_zh="设 {setting} = on 并重启 PostgreSQL（data_checksums 用 pg_checksums --enable，须停库）",
    remedy_en="set {setting} = on and restart PostgreSQL (data_checksums: pg_checksums --enable on a stopped server)",
)
_OTHER_TIME = Trouble(
    level=Level.WARN,
    zh="{about} 的数据库与本机时钟相差 {seconds:.1f} 秒",
    en="the clock of the database of {about} differs from this machine's by {seconds:.1f} s",
    remedy_zh="两边都用 NTP 对时（chronyc tracking）",
    remedy_en="keep both in time by NTP (chronyc tracking)",
)
_OWNS = Trouble(
    level=Level.BAD,
    zh="{about} 的角色 {role} 是 {count} 张表的属主，可以改写只增的表",
    en="the role {role} of {about} owns {count} tables and can rewrite those that are only added to",
    remedy_zh="建属主角色并设 SHENGUAN_<服务>_OWNER_URL，重启服务（docs/decisions/0029）",
    remedy_en="make an owner role and set SHENGUAN_<SERVICE>_OWNER_URL, then restart (docs/decisions/0029)",
)
_FEW_LEFT = Trouble(
    level=Level.WARN,
    zh="{about} 所在的 PostgreSQL 已用 {used} 个连接，上限 {most}",
    en="the PostgreSQL of {about} has {used} connections of {most} in use",
    remedy_zh=f"把 max_connections 设为 {PER_PROCESS} ×（各服务进程总数 + 1）+ {SPARE} 并重启它（docs/scaling.md）",
    remedy_en=f"set max_connections to {PER_PROCESS} × (processes of all services + 1) + {SPARE} and restart it"
    " (docs/scaling.en.md)",
)
_BEHIND = Trouble(
    level=Level.BAD,
    zh="{about} 的数据库版本是 {found}，程序需要 {wanted}",
    en="the database of {about} is at revision {found}, this program needs {wanted}",
    remedy_zh="先 shenguan backup，再用本版本重启服务，它会自己迁移；数据库较新时请换回较新的程序",
    remedy_en="make a backup, then restart the service with this release, it migrates itself; a newer database needs"
    " the newer program",
)
_NO_PARTITION = Trouble(
    level=Level.WARN,
    zh="{about} 没有下月的分区 {partition}",
    en="{about} lacks next month's partition {partition}",
    remedy_zh="重启该服务（启动时建分区），或查其日志里的 partitions.waiting",
    remedy_en="restart the service, which makes partitions when it starts, or look for partitions.waiting in its log",
)
_IN_DEFAULT = Trouble(
    level=Level.WARN,
    zh="{about} 的 {partition} 里有行，说明写入时当月分区不在",
    en="{about} has rows in {partition}: their month had no partition when they were written",
    remedy_zh="补建分区后由属主把这些行移过去（docs/upkeep.md），在那以前它们照常可查",
    remedy_en="make the partition and move them as the owner (docs/upkeep.en.md); until then they are found as usual",
)


async def durable(service: str, connection: Connection) -> Sequence[Finding]:
    """Whether the server has on disk what it acknowledged, and would notice a damaged page."""
    found = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in _SETTINGS}
    bad = {name: value for name, value in found.items() if value != _SETTINGS[name]}
    # ``local`` and ``on`` both wait for this server's own disk.
    commit = await connection.fetchval("SELECT current_setting('synchronous_commit')")
    if commit == "off":
        bad["synchronous_commit"] = commit
    return [
        _NOT_DURABLE.told("database-durable", service, setting=name, value=value) for name, value in sorted(bad.items())
    ]


async def in_time(service: str, connection: Connection) -> Sequence[Finding]:
    """Whether the server's clock agrees with this machine's; the round trip is given to its advantage."""
    before = datetime.now(UTC)
    there = await connection.fetchval("SELECT clock_timestamp()")
    after = datetime.now(UTC)
    seconds = max((before - there).total_seconds(), (there - after).total_seconds(), 0.0)
    return [_OTHER_TIME.told("database-clock", service, seconds=seconds)] if seconds > _OFFSET else []


async def roomy(service: str, connection: Connection) -> Sequence[Finding]:
    """Whether the server has connections left for another process."""
    used = int(await connection.fetchval("SELECT sum(numbackends) FROM pg_stat_database"))
    most = int(await connection.fetchval("SELECT current_setting('max_connections')"))
    return [_FEW_LEFT.told("database-connections", service, used=used, most=most)] if used > _FULL * most else []


async def owned(service: str, connection: Connection, service_url: str) -> Sequence[Finding]:
    """Whether the service's role owns tables."""
    role = unquote(urlsplit(service_url).username or "")
    count = await connection.fetchval(
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = $1", role
    )
    return [_OWNS.told("database-owner", service, role=role, count=count)] if count else []


async def migrated(service: str, connection: Connection, folder: Path | None = None) -> Sequence[Finding]:
    """Whether the database is at the newest revision in ``folder``, by default the installed service's own."""
    wanted = newest(folder or migrations_of(service))
    found = await connection.fetchval("SELECT version_num FROM alembic_version")
    return [] if found == wanted else [_BEHIND.told("database-revision", service, found=found, wanted=wanted)]


async def partitioned(service: str, connection: Connection, today: datetime | None = None) -> Sequence[Finding]:
    """Whether next month has its partitions, and none of this or earlier months was missed."""
    day = today or datetime.now(UTC)
    year, month = day.year + day.month // 12, day.month % 12 + 1
    findings = []
    for table in BY_MONTH:
        name = f"{table}_{year:04}_{month:02}"
        if await connection.fetchval("SELECT to_regclass($1) IS NULL", name):
            findings.append(_NO_PARTITION.told("partitions", service, partition=name))
    missed = [log for log in _LOGS if await connection.fetchval(f"SELECT EXISTS (SELECT 1 FROM {log}_default)")]  # noqa: S608 - one of two names
    return findings + [_IN_DEFAULT.told("partitions", service, partition=f"{log}_default") for log in missed]


def migrations_of(service: str) -> Path:
    """Where an installed service keeps its revisions; it is found, not imported. Raises LookupError."""
    spec = find_spec(service)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"the package {service} is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "migrations"


def newest(folder: Path) -> str:
    """The newest revision in a folder of migrations."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    return str(ScriptDirectory.from_config(config).get_current_head())
