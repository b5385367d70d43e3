"""Distinctive persons go through every entrance; then nothing of them is found in clear but where docs/personal-data.md says.

Looked through: every text, JSON, array and bytea column of the three databases, every message of the event streams,
the logs of all processes, and every HTTP answer but those that exist to tell (reveal, disclose).
"""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import asyncpg
import httpx
import nats
import pytest

from ops.loopback import free_port
from ops.stack import Stack
from tests.journey import _furnish, bare_environment
from tests.system.entrances import (
    BY_DESIGN,
    MAIL,
    NAME,
    OTHER,
    PHONE,
    SECRETS,
    SIGNER,
    Desk,
    through_approval,
    through_credit,
    through_intake,
    through_notices,
    through_supervision,
)
from tests.system.leaks import Answers, but, in_answers, in_columns, in_files, in_streams

pytestmark = pytest.mark.servers


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    environment = bare_environment() | {
        "SHENGUAN_NOTICE_SMTP_HOST": "127.0.0.1",
        "SHENGUAN_NOTICE_SMTP_PORT": str(free_port()),  # nobody listens: what is sent fails and is logged
        "SHENGUAN_NOTICE_SMTP_SECURITY": "NONE",
        "SHENGUAN_NOTICE_SMTP_SENDER": "shenguan@example.gov.cn",
        "SHENGUAN_NOTICE_RETRY_SECONDS": "[1]",
    }
    async with Stack.open(temporary=True, environment=environment) as stack, AsyncExitStack() as leaving:
        answers = Answers()
        hooks = {"response": [answers.keep]}
        clients = [
            await leaving.enter_async_context(
                httpx.AsyncClient(
                    base_url=stack.urls[name], headers=stack.headers(), timeout=60, trust_env=False, event_hooks=hooks
                )
            )
            for name in ("approval", "supervision", "credit")
        ]
        approval, supervision, credit = clients
        yield Desk(stack, approval, supervision, credit, answers)


async def all_leaks(desk: Desk) -> list[str]:
    """Everything found anywhere."""
    leaks = list(in_answers(desk.answers, SECRETS))
    for service, url in desk.stack.superuser_urls.items():
        found, columns = await in_columns(url, SECRETS)
        assert columns > 100, service
        leaks += [f"{service} {leak}" for leak in but(found, BY_DESIGN)]
    found, messages = await in_streams(desk.stack.nats_url, SECRETS)
    assert messages > 5
    logged, lines = in_files(desk.stack.state.path / "logs", SECRETS)
    assert lines > 10
    return [*leaks, *found, *logged]


async def planted(desk: Desk) -> None:
    """One secret in a column, a bytea, a log, a stream and an answer."""
    connection = await asyncpg.connect(desk.stack.superuser_urls["credit"])
    await connection.execute("INSERT INTO turn (consumer, key, version) VALUES ('planted', $1, 1)", NAME)
    await connection.execute(
        "INSERT INTO idempotency (route, key, request_hash) VALUES ('planted', 'k', $1)", f"x{SIGNER}".encode()
    )
    await connection.close()
    with desk.stack.state.log("credit").open("a", encoding="utf-8") as log:
        log.write(f"planted {PHONE}\n")
    client = await nats.connect(desk.stack.nats_url)
    await client.jetstream().publish("shenguan.credit.planted.v1.640202.0", json.dumps({"name": OTHER}).encode())
    await client.close()
    desk.answers.told.append(("GET planted", json.dumps({"mail": MAIL, "name": NAME})))


async def test_nothing_of_a_person_is_in_clear_anywhere_and_what_is_planted_is_found(desk: Desk) -> None:
    await _furnish(desk.approval, desk.supervision)
    await through_notices(desk)
    reference = await through_approval(desk)
    await through_supervision(desk, reference)
    await through_credit(desk)
    await through_intake(desk)
    assert desk.answers.errors > 40
    assert await all_leaks(desk) == []
    await planted(desk)
    seen = {leak.rpartition(": ")[0].rpartition("/")[0] or leak.rpartition(": ")[0] for leak in await all_leaks(desk)}
    assert seen == {"credit turn.key", "credit idempotency.request_hash", "credit.log", "CREDIT", "GET planted"}
