"""Doctor of the flow (流转体检): what stands still on its way, and what the audit chain has not taken in.

Each question is one figure of one service's database, with the most it may be; more is a trouble.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chassis.database import Connection
from ops.upkeep.finding import Finding, Level, Trouble


@dataclass(frozen=True, kw_only=True)
class Question:
    """One figure (指标). ``most``: beyond it there is a trouble; its sentences take ``{figure}``."""

    code: str
    zh: str
    en: str
    sql: str
    most: float
    trouble: Trouble

    async def ask(self, service: str, connection: Connection) -> Sequence[Finding]:
        """What is wrong in one service."""
        figure = float(await connection.fetchval(self.sql) or 0)
        return [self.trouble.told(self.code, service, figure=round(figure))] if figure > self.most else []


QUESTIONS = (
    Question(
        code="outbox-old",
        zh="待发布的事件",
        en="events to be published",
        sql="SELECT extract(epoch FROM clock_timestamp() - min(logged_at)) FROM outbox WHERE NOT isolated",
        most=60,
        trouble=Trouble(
            level=Level.BAD,
            zh="{about} 有事件 {figure} 秒未发布",
            en="{about} has had an event unpublished for {figure} s",
            remedy_zh="看该服务是否就绪、NATS 是否可达、日志里的 relay.*；恢复后自动补发，不必人工干预",
            remedy_en="see whether the service is ready, NATS is reachable, and relay.* in its log; it catches up by itself",
        ),
    ),
    Question(
        code="outbox-isolated",
        zh="被隔离的事件",
        en="isolated events",
        sql="SELECT count(*) FROM outbox WHERE isolated",
        most=0,
        trouble=Trouble(
            level=Level.BAD,
            zh="{about} 有 {figure} 个事件被消息服务拒收而隔离，别的服务不知道它们",
            en="{about} has {figure} events NATS refused; no other service knows of them",
            remedy_zh="看 outbox.last_error，改正后由属主 UPDATE outbox SET isolated = false, attempts = 0 WHERE isolated",
            remedy_en="read outbox.last_error, mend the cause, then as the owner:"
            " UPDATE outbox SET isolated = false, attempts = 0 WHERE isolated",
        ),
    ),
    Question(
        code="dead-letters",
        zh="死信",
        en="dead letters",
        sql="SELECT count(*) FROM dead_letter WHERE redriven_at IS NULL",
        most=0,
        trouble=Trouble(
            level=Level.BAD,
            zh="{about} 有 {figure} 封死信未处理",
            en="{about} has {figure} dead letters that were not dealt with",
            remedy_zh="GET /ops/v1/dead-letters 看原因，改正后 POST /ops/v1/dead-letters/{{编号}}:redrive",
            remedy_en="read the cause with GET /ops/v1/dead-letters, mend it, then"
            " POST /ops/v1/dead-letters/{{letter}}:redrive",
        ),
    ),
    Question(
        code="waiting-long",
        zh="等待前序的事件",
        en="events that wait for an earlier one",
        sql="SELECT extract(epoch FROM clock_timestamp() - min(received_at)) FROM waiting",
        most=600,
        trouble=Trouble(
            level=Level.BAD,
            zh="{about} 有事件等前序 {figure} 秒了",
            en="{about} has had an event waiting for an earlier one for {figure} s",
            remedy_zh="前序多在死信里，先重投它；否则 shenguan reconcile 找出缺了什么",
            remedy_en="the earlier one is mostly a dead letter, redrive it first; else shenguan reconcile names what is missing",
        ),
    ),
    Question(
        code="audit-unchained",
        zh="未上链的审计记录",
        en="audit entries that are not chained",
        sql="SELECT extract(epoch FROM clock_timestamp() - min(at)) FROM audit_pending",
        most=10,
        trouble=Trouble(
            level=Level.BAD,
            zh="{about} 有审计记录 {figure} 秒未上链",
            en="{about} has had an audit entry unchained for {figure} s",
            remedy_zh="shenguan audit verify 看链是否被改动，再看该服务日志里的 audit.*",
            remedy_en="see with shenguan audit verify whether the chain was touched, then audit.* in the service's log",
        ),
    ),
    Question(
        code="audit-unsigned",
        zh="未签名的链头",
        en="heads that are not signed",
        sql="SELECT extract(epoch FROM clock_timestamp() - min(at)) FROM audit_block"
        " WHERE no > (SELECT coalesce(max(block), -1) FROM audit_head)",
        most=180,
        trouble=Trouble(
            level=Level.BAD,
            zh="{about} 的审计链 {figure} 秒没有签名",
            en="the audit chain of {about} has not been signed for {figure} s",
            remedy_zh="看该服务是否运行、签名密钥是否可信（shenguan keys signing），日志里的 audit.*",
            remedy_en="see that the service runs and its signing key is trusted (shenguan keys signing); audit.* in its log",
        ),
    ),
)

_UNTOLD = Trouble(
    level=Level.WARN,
    zh="{about} 的 {year} 年工作日历{state_zh}，那一年的期限按周一至周五暂算",
    en="the working-day calendar of {year} in {about} is {state_en}: deadlines of that year count Monday to Friday for now",
    remedy_zh="国务院办公厅的放假通知发布后录入：shenguan approval calendar --help",
    remedy_en="enter the State Council's notice when it is out: shenguan approval calendar --help",
)


async def calendar_told(service: str, connection: Connection, today: datetime | None = None) -> Sequence[Finding]:
    """Whether this year's and next year's working days are known and confirmed."""
    if await connection.fetchval("SELECT to_regclass('calendar_year') IS NULL"):
        return []
    year = (today or datetime.now(UTC)).astimezone(ZoneInfo("Asia/Shanghai")).year
    rows = await connection.fetch("SELECT year, provisional FROM calendar_year")
    told = {row["year"]: row["provisional"] for row in rows}
    return [
        _UNTOLD.told(
            "calendar",
            service,
            year=wanted,
            state_zh="尚为暂定" if wanted in told else "尚未录入",
            state_en="provisional" if wanted in told else "not entered",
        )
        for wanted in (year, year + 1)
        if told.get(wanted, True)
    ]
