"""Doctor of the machine (本机体检): room on the disk, processes, keys and their files, the last backup."""

import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http.client import OK
from pathlib import Path

from chassis.signing.trusted import Trusted
from kernel.role import Role
from ops.loopback import ask
from ops.running import StackInfo
from ops.upkeep.finding import Finding, Level, Trouble

_SECRET = ("identity.key", "passwords.json", "issuer.key", "stack.json", "nkeys", "signing")
_OTHERS = 0o077
_FULL, _NEARLY = 0.03, 0.10
_SOON = timedelta(days=30)
_BACKUP_EVERY = timedelta(days=1)

_NO_ROOM = {
    level: Trouble(
        level=level,
        zh="{about} 所在磁盘只剩 {gigabytes:.1f} GB（{share:.0%}）",
        en="the disk of {about} has {gigabytes:.1f} GB left ({share:.0%})",
        remedy_zh="扩容，或清理 {about}/logs 与旧备份；shenguan retention 看到期的数据",
        remedy_en="add room, or clear {about}/logs and old backups; shenguan retention shows what is past its time",
    )
    for level in (Level.WARN, Level.BAD)
}
_NOT_READY = Trouble(
    level=Level.BAD,
    zh="{about} 没有就绪（HTTP {status}）",
    en="{about} is not ready (HTTP {status})",
    remedy_zh="GET {url}/readyz 说明缺什么；日志在 logs/{about}.log",
    remedy_en="GET {url}/readyz says what it lacks; its log is logs/{about}.log",
)
_RESTARTED = Trouble(
    level=Level.WARN,
    zh="{about} 被重新启动过 {times} 次",
    en="{about} was started again {times} times",
    remedy_zh="看 logs/{about}.log 它为何退出",
    remedy_en="see in logs/{about}.log why it ended",
)
_OPEN_FILE = Trouble(
    level=Level.BAD,
    zh="密钥文件 {about} 的权限是 {mode:04o}，本机其他账户可读写",
    en="the key file {about} has mode {mode:04o}: other accounts can read or write it",
    remedy_zh="chmod go-rwx {about}；若可能已被读过，换钥（shenguan keys）",
    remedy_en="chmod go-rwx {about}; if somebody may have read it, turn the key (shenguan keys)",
)
_EXPIRES = {
    Level.WARN: Trouble(
        level=Level.WARN,
        zh="{about} 的签名公钥 {until:%Y-%m-%d} 到期，没有更晚的",
        en="the signing key of {about} expires on {until:%Y-%m-%d} and there is no later one",
        remedy_zh="shenguan keys new 生成新密钥，先加入可信公钥再换用",
        remedy_en="shenguan keys new makes one; add it to the trusted keys first, then use it",
    ),
    Level.BAD: Trouble(
        level=Level.BAD,
        zh="{about} 的签名公钥已于 {until:%Y-%m-%d} 到期，它的事件不再被相信",
        en="the signing key of {about} expired on {until:%Y-%m-%d}: its events are no longer believed",
        remedy_zh="shenguan keys new 生成新密钥，加入可信公钥并换用，再重投死信",
        remedy_en="shenguan keys new makes one; add it to the trusted keys, use it, then redrive dead letters",
    ),
}
_NO_BACKUP = Trouble(
    level=Level.WARN,
    zh="最近一次备份：{when}",
    en="the last backup: {when}",
    remedy_zh="每天执行 shenguan backup <目录>，存到别的机器（docs/upkeep.md）",
    remedy_en="run shenguan backup FOLDER every day and keep it on another machine (docs/upkeep.en.md)",
)
_OLD_KEY = Trouble(
    level=Level.WARN,
    zh="{about} 有 {left} 行还用旧密钥密封",
    en="{about} has {left} rows that an old key sealed",
    remedy_zh="shenguan keys rotate 换钥重封",
    remedy_en="shenguan keys rotate seals them again",
)


def roomy(state: Path) -> Sequence[Finding]:
    """Whether the disk of the state folder has room."""
    there = next(path for path in (state.resolve(), *state.resolve().parents) if path.exists())
    usage = shutil.disk_usage(there)
    share = usage.free / usage.total
    if share >= _NEARLY:
        return []
    level = Level.BAD if share < _FULL else Level.WARN
    return [_NO_ROOM[level].told("disk", str(state), gigabytes=usage.free / 1e9, share=share)]


async def serving(running: StackInfo) -> Sequence[Finding]:
    """Whether every process of every service is ready, and what had to be started again."""
    findings = []
    for name, url in running.process_urls.items():
        status, _ = await ask(f"{url}/readyz")
        if status != OK:
            findings.append(_NOT_READY.told("services", name, status=status, url=url))
    again = {name: times for name, times in running.restarts.items() if times}
    return findings + [_RESTARTED.told("services", name, times=times) for name, times in again.items()]


def private(state: Path) -> Sequence[Finding]:
    """Whether secrets are for their owner alone."""
    files = [file for name in _SECRET for file in _files(state / name)]
    return [
        _OPEN_FILE.told("key-files", str(file), mode=mode)
        for file in files
        if (mode := file.stat().st_mode & 0o777) & _OTHERS
    ]


def trusted_for_long(trusted: str, now: datetime | None = None) -> Sequence[Finding]:
    """Whether every service has a public key that is believed a month from now. Raises ValueError: no such file."""
    today = now or datetime.now(UTC)
    latest: dict[str, datetime | None] = {}
    for key in Trusted.of(trusted).keys():  # noqa: SIM118 - a method of its own, no mapping
        before = latest.get(key.service, key.valid_to)
        latest[key.service] = None if before is None or key.valid_to is None else max(before, key.valid_to)
    return [
        _EXPIRES[Level.BAD if until <= today else Level.WARN].told("signing-keys", service, until=until)
        for service, until in sorted(latest.items())
        if until is not None and until < today + _SOON
    ]


def backed_up(note: Path, now: datetime | None = None) -> Sequence[Finding]:
    """Whether a backup was made within a day, as ``shenguan backup`` noted."""
    made = json.loads(note.read_text(encoding="utf-8"))["made_at"] if note.exists() else ""
    if made and (now or datetime.now(UTC)) - datetime.fromisoformat(made) <= _BACKUP_EVERY:
        return []
    return [_NO_BACKUP.told("backup", "", when=made or "无 / none")]


async def resealed(running: StackInfo) -> Sequence[Finding]:
    """Whether anything is still sealed with an old key. Raises ConnectionError: a service does not say."""
    findings = []
    for name, url in running.urls.items():
        status, said = await ask(f"{url}/ops/v1/sealing", headers=running.headers(Role.SECURITY_ADMIN))
        if status != OK:
            raise ConnectionError(f"{name}: HTTP {status}")
        if left := json.loads(said)["left"]:
            findings.append(_OLD_KEY.told("sealing", name, left=left))
    return findings


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file())
    return [path] if path.exists() else []
