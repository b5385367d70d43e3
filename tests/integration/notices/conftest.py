"""A post office on a real database, a real mail server and a real receiver of signed webhooks."""

from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import asyncpg
import httpx
import pytest
from aiosmtpd.controller import Controller
from fastapi import FastAPI

from chassis import inbox_schema, personal_schema, problems, schema
from chassis.audit import schema as audit_schema
from chassis.database import Pool, open_pool, reading_engine
from chassis.identity import IdentityKeys
from chassis.notices import schema as notices_schema
from chassis.notices.api import notices_router
from chassis.notices.notifier import Notifier, channels_of
from chassis.notices.settings import NoticeSettings
from chassis.partitions import ensure_partitions
from chassis.transaction import Transactions
from kernel.clock import CHINA
from kernel.notice import Notice
from ops.loopback import free_port
from tests.outside import Outside, outside

KEYS = IdentityKeys(b64encode(b"k" * 32).decode())
SECRET = "whsec_c2hlbmd1YW4tdGVzdC1rZXktMzItYnl0ZXMtbG9uZyE="


class HandClock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, tzinfo=CHINA)

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **length: float) -> None:
        self.at += timedelta(**length)


class Mailbox:
    """A mail server's handler: keeps mails, refuses the recipients it is told to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: list[str] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@dataclass
class PostOffice:
    """A service as far as notices go."""

    pool: Pool
    clock: HandClock
    transactions: Transactions
    notifier: Notifier
    http: httpx.AsyncClient

    async def tell(self, *notices: Notice) -> None:
        async with self.transactions.begin() as tx:
            for notice in notices:
                tx.notices.tell(notice)

    async def prefer(self, person: str, **wishes: Any) -> None:
        answer = await self.http.put(f"/api/v1/notice-preferences/{person}", json=wishes)
        assert answer.status_code == 200, answer.text

    async def deliver(self) -> None:
        while await self.notifier.deliver_once():
            pass

    async def inbox(self, person: str, **asked: Any) -> list[dict[str, Any]]:
        answer = await self.http.get("/api/v1/notices", params={"person": person, **asked})
        return list(answer.json()["items"])

    async def tries(self, person: str) -> list[tuple[str, str, int]]:
        """(channel, state, attempt) of every try of a person's notices, oldest notice first."""
        found = []
        for notice in reversed(await self.inbox(person)):
            answer = await self.http.get(f"/api/v1/notices/{notice['notice_id']}/deliveries")
            found += [(one["channel"], one["state"], one["attempt"]) for one in answer.json()["items"]]
        return found


@pytest.fixture
def receiver() -> Iterator[Outside]:
    with outside() as kept:
        kept.secret = SECRET
        yield kept


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def mail_port(mailbox: Mailbox) -> Iterator[int]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


@pytest.fixture
def settings(receiver: Outside, mail_port: int) -> NoticeSettings:
    return NoticeSettings.model_validate(
        {
            "webhook_secret": SECRET,
            "webhook_origins": (receiver.url.partition("/facts")[0],),
            "smtp_host": "127.0.0.1",
            "smtp_port": mail_port,
            "smtp_security": "NONE",
            "smtp_sender": "shenguan@example.gov.cn",
            "timeout_seconds": 2.0,
            "retry_seconds": (60, 600),
        }
    )


@asynccontextmanager
async def opened(url: str, settings: NoticeSettings) -> AsyncIterator[PostOffice]:
    pool, engine, clock = await open_pool(url), reading_engine(url), HandClock()
    transactions = Transactions(lambda: pool, clock, "supervision", "640202", lambda: None)
    channels = channels_of(settings)
    app = FastAPI()
    app.include_router(notices_router(transactions, engine.connect, channels, KEYS.ring))
    problems.install(app)
    notifier = Notifier("supervision", lambda: pool, clock, channels, settings, KEYS.ring)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://office") as http:
        yield PostOffice(pool, clock, transactions, notifier, http)
    await pool.close()
    await engine.dispose()


@pytest.fixture
async def office_url(database_url: str) -> str:
    setup = await asyncpg.connect(database_url)
    made = (
        *schema.STATEMENTS,
        *inbox_schema.STATEMENTS,
        *audit_schema.STATEMENTS,
        *notices_schema.STATEMENTS,
        *personal_schema.STATEMENTS,
    )
    for statement in made:
        await setup.execute(statement)
    await ensure_partitions(setup)
    await setup.close()
    return database_url


@pytest.fixture
async def office(office_url: str, settings: NoticeSettings) -> AsyncIterator[PostOffice]:
    async with opened(office_url, settings) as made:
        yield made
