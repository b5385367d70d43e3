"""推送订阅: what was published reaches whoever subscribed, in order, signed, at least once; what fails is seen and made good."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from chassis import problems
from chassis.database import reading_engine
from chassis.hooks import schema
from chassis.hooks.api import hooks_router
from chassis.hooks.deliverer import Deliverer, delivering
from chassis.hooks.settings import HookSettings
from chassis.hooks.stored import SqlHooks
from chassis.identity import IdentityKeys
from chassis.relay import Relay
from chassis.unit_of_work import UnitOfWork
from contracts.offered import offered
from ops.loopback import free_port
from tests.fakes.approval import KEY
from tests.integration.chassis.road import Road, decided
from tests.journey import until
from tests.outside import Outside, outside

pytestmark = pytest.mark.servers

DECIDED = "approval.case.decided"
AT_ONCE = {"inside": ["127.0.0.0/8"], "timeout_seconds": 0.5, "retry_seconds": [0, 0], "refusals": 2}


@dataclass
class House:
    """A service as far as its facts go out."""

    road: Road
    relay: Relay
    http: httpx.AsyncClient
    identity: IdentityKeys
    deliverer: Deliverer

    async def subscribe(self, receiver: Outside, **more: Any) -> dict[str, Any]:
        body = {"name": "市场监管局系统", "address": receiver.url, "facts": [DECIDED], "by": "SEC-01"} | more
        answer = await self.http.post("/api/v1/hooks", json=body)
        assert answer.status_code == 201, answer.text
        receiver.secret = answer.json()["secret"]
        return dict(answer.json())

    async def do(self, hook: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
        return await self.http.post(f"/api/v1/hooks/{hook['hook_id']}:{verb}", json={"by": "SEC-02"} | body)

    async def tell(self, *versions: int, **more: Any) -> list[str]:
        """Decisions that are committed and published; their ids."""
        before = await self.road.pool.fetchval("SELECT event_id FROM event_log ORDER BY event_id DESC LIMIT 1")
        for version in versions:
            await self.road.say(decided(version=version, **more))
        while await self.relay.drain_once():
            pass
        rows = await self.road.pool.fetch(
            "SELECT event_id FROM event_log WHERE $1::uuid IS NULL OR event_id > $1 ORDER BY event_id", before
        )
        return [str(row["event_id"]) for row in rows]

    async def deliver(self) -> None:
        while await self.deliverer.deliver_once():
            pass

    async def shown(self, hook: dict[str, Any]) -> dict[str, Any]:
        items = (await self.http.get("/api/v1/hooks")).json()["items"]
        return next(item for item in items if item["hook_id"] == hook["hook_id"])

    async def log(self, hook: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
        """Tries, the oldest first."""
        answer = await self.http.get(f"/api/v1/hooks/{hook['hook_id']}/deliveries", params=asked)
        return list(reversed(answer.json()["items"]))


@pytest.fixture
async def house(road: Road, database_url: str) -> AsyncIterator[House]:
    for statement in schema.STATEMENTS:
        await road.pool.execute(statement)
    identity, settings = IdentityKeys(KEY), HookSettings.model_validate(AT_ONCE)
    engine = reading_engine(database_url)
    work = partial(SqlHooks, identity=identity, facts=offered("approval"))
    app = FastAPI()
    app.include_router(hooks_router(UnitOfWork(road.transactions, work), engine.connect, settings))
    problems.install(app)
    relay = Relay("approval", road.pool, road.connection, hooks=True)
    deliverer = Deliverer(lambda: road.pool, identity, settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house") as http:
        yield House(road, relay, http, identity, deliverer)
    await engine.dispose()


@pytest.fixture
def receiver() -> Iterator[Outside]:
    with outside() as made:
        yield made


async def test_what_is_published_arrives_in_order_signed_and_once(house: House, receiver: Outside) -> None:
    early = await house.tell(1)
    hook = await house.subscribe(receiver)
    told = await house.tell(2, 3, 4)
    await house.deliver()
    assert receiver.ids == told, "nothing from before it was made, everything after, in order"
    assert early[0] not in receiver.ids
    body = receiver.taken[0][1]
    assert (body["type"], body["data"]["object_version"]) == ("cn.shenguan.approval.case.decided.v1", 2)
    assert datetime.fromisoformat(body["timestamp"]).tzinfo is not None
    assert [(one["state"], one["status"], one["attempt"]) for one in await house.log(hook)] == [("SENT", 204, 1)] * 3
    await house.deliver()
    assert (len(receiver.asked), (await house.shown(hook))["waiting"]) == (3, 0)


async def test_only_what_is_asked_for_leaves_the_house(house: House, receiver: Outside) -> None:
    with outside() as elsewhere, outside() as of_another, outside() as of_department:
        await house.subscribe(receiver, regions=["640200"], source_systems=["test"])
        await house.subscribe(elsewhere, regions=["640100"])
        await house.subscribe(of_another, source_systems=["other"])
        await house.subscribe(of_department, departments=["FOOD"])
        told = await house.tell(1)
        await house.deliver()
        taken = [len(one.asked) for one in (elsewhere, of_another, of_department)]
    assert receiver.ids == told
    assert taken == [0, 0, 0]


async def test_a_receiver_that_is_down_loses_nothing_and_is_paused_in_the_end(house: House) -> None:
    port = free_port(0)
    with outside(port) as receiver:
        hook = await house.subscribe(receiver)
    told = await house.tell(1, 2)
    await house.deliver()
    paused = await house.shown(hook)
    assert (paused["state"], paused["state_by"], paused["waiting"]) == ("PAUSED", "system", 2)
    assert "ConnectError" in paused["state_why"]
    assert [(one["event_id"], one["attempt"], one["status"]) for one in await house.log(hook)] == [
        (told[0], attempt, None) for attempt in (1, 2, 3)
    ], "the first fact keeps its place, the second is not tried before it"
    with outside(port) as again:
        again.secret = receiver.secret
        assert (await house.do(hook, "resume", reason="接收方已恢复")).json()["state"] == "ACTIVE"
        await house.deliver()
        assert again.ids == told


async def test_a_slow_answer_and_a_redirect_are_no_answers(house: House, receiver: Outside) -> None:
    hook = await house.subscribe(receiver)
    receiver.slow = 0.8
    (slow,) = await house.tell(1)
    await house.deliverer.deliver_once()
    receiver.slow, receiver.answers, receiver.location = 0.0, [302], receiver.url
    await house.deliverer.deliver_once()
    await house.deliver()
    log = await house.log(hook)
    assert [(one["state"], one["status"]) for one in log] == [("FAILED", None), ("FAILED", 302), ("SENT", 204)]
    assert log[0]["answer"] == "no answer in time"
    assert log[0]["milliseconds"] >= 450
    assert set(receiver.asked) == {slow}
    assert len(receiver.asked) == 3


async def test_a_fact_that_is_refused_is_parked_with_the_answer_and_the_next_one_goes_on(
    house: House, receiver: Outside
) -> None:
    hook = await house.subscribe(receiver)
    first, second = await house.tell(1, 2)
    receiver.answers, receiver.says = [422, 422], "没有字段 x，联系人 13912345678".encode()
    await house.deliver()
    assert receiver.ids == [second]
    (parked,) = await house.log(hook, state="PARKED")
    assert (parked["event_id"], parked["status"], parked["attempt"]) == (first, 422, 2)
    assert "没有字段 x" in parked["answer"]
    assert "13912345678" not in parked["answer"]
    answer = await house.do(hook, "resend", event_id=first, reason="对方已改正")
    assert answer.json() == {"queued": 1}
    await house.deliver()
    assert receiver.ids == [second, first]
    assert (await house.log(hook))[-1]["again"] is True


async def test_a_span_is_sent_again_under_the_same_ids(house: House, receiver: Outside) -> None:
    hook = await house.subscribe(receiver)
    began = datetime.now(UTC)
    told = await house.tell(1, 2, 3)
    await house.deliver()
    span = {"since": began.isoformat(), "until": (began + timedelta(minutes=1)).isoformat()}
    assert (await house.do(hook, "resend", reason="对方丢了数据", **span)).json() == {"queued": 3}
    await house.deliver()
    assert receiver.ids == told * 2
    before = {"since": "2020-01-01T00:00:00Z", "until": "2020-02-01T00:00:00Z"}
    assert (await house.do(hook, "resend", reason="对方丢了数据", **before)).status_code == 404
    assert (await house.do(hook, "resend", reason="对方丢了数据")).status_code == 422
    assert (await house.do(hook, "resend", reason="", **span)).status_code == 422


async def test_a_receiver_that_is_gone_is_not_asked_again(house: House, receiver: Outside) -> None:
    hook = await house.subscribe(receiver)
    receiver.answers = [410]
    await house.tell(1, 2)
    await house.deliver()
    assert (len(receiver.asked), (await house.shown(hook))["state"]) == (1, "PAUSED")


async def test_both_secrets_sign_until_the_previous_one_is_retired(house: House, receiver: Outside) -> None:
    hook = await house.subscribe(receiver)
    first = receiver.secret
    changed = await house.do(hook, "rotate-secret")
    second = changed.json()["secret"]
    assert (await house.do(hook, "rotate-secret")).json()["type"].endswith("too-many-secrets")
    for secret in (first, second):
        receiver.secret = secret
        await house.tell(1)
        await house.deliver()
    assert len(receiver.taken) == 2
    assert (await house.do(hook, "retire-secret")).json()["two_secrets"] is False
    receiver.secret = first
    await house.tell(1)
    await house.deliver()
    assert len(receiver.taken) == 2, "what the retired one should have signed is not taken"
    kept = await house.road.pool.fetchrow("SELECT secret, previous FROM hook")
    assert kept is not None
    assert kept["previous"] is None
    assert second.encode() not in kept["secret"]


async def test_while_paused_facts_wait_and_an_end_forgets_them(house: House, receiver: Outside) -> None:
    hook = await house.subscribe(receiver)
    await house.do(hook, "pause", reason="对方升级")
    await house.tell(1)
    await house.deliver()
    assert (receiver.asked, (await house.shown(hook))["waiting"]) == ([], 1)
    assert (await house.do(hook, "end", reason="不再对接")).json()["state"] == "ENDED"
    await house.tell(2)
    assert (await house.shown(hook))["waiting"] == 0
    refused = await house.do(hook, "resume", reason="又要了")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shenguan:problem:hook-ended")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/x",
        "https://10.0.0.8/x",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:10.0.0.8]/",
        "https://user:word@example.org/",
        "ftp://example.org/",
        "https:///x",
        "",
    ],
)
async def test_an_address_inside_or_in_the_clear_is_refused(house: House, address: str) -> None:
    body = {"name": "x", "address": address, "facts": [DECIDED], "by": "SEC-01"}
    answer = await house.http.post("/api/v1/hooks", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/address")


async def test_a_name_that_leads_inside_is_not_asked(house: House, receiver: Outside) -> None:
    hook = await house.subscribe(receiver)
    inside = receiver.url.replace("127.0.0.1", "localhost").replace("http:", "https:")
    strict = Deliverer(lambda: house.road.pool, house.identity, HookSettings.model_validate(AT_ONCE | {"inside": []}))
    await house.road.pool.execute("UPDATE hook SET address = $1", inside)
    await house.tell(1)
    await strict.deliver_once()
    (tried,) = await house.log(hook)
    assert "which is not asked" in tried["answer"]
    assert receiver.asked == []


@pytest.mark.parametrize("fact", ["approval.apikey.changed", "approval.audit.sealed", "credit.grade.changed", "x"])
async def test_what_is_not_offered_cannot_be_subscribed_to(house: House, fact: str) -> None:
    body = {"name": "x", "address": "https://example.org/x", "facts": [fact], "by": "SEC-01"}
    answer = await house.http.post("/api/v1/hooks", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/facts")


async def test_two_processes_send_each_fact_once(house: House, receiver: Outside) -> None:
    await house.subscribe(receiver)
    told = await house.tell(*range(1, 61))
    other = Deliverer(lambda: house.road.pool, house.identity, HookSettings.model_validate(AT_ONCE))
    async with delivering(house.deliverer), delivering(other):
        await until(lambda: asyncio.sleep(0, len(receiver.taken) >= 60))
    assert receiver.ids == told


async def test_a_deliverer_that_dies_sends_again_under_the_same_id(house: House, receiver: Outside) -> None:
    hook = await house.subscribe(receiver)
    (told,) = await house.tell(1)
    lease = uuid4()
    await house.road.pool.execute(
        "UPDATE hook SET lease = $1, leased_until = clock_timestamp() + interval '1 hour'", lease
    )
    await house.deliver()
    assert receiver.asked == [], "somebody else has it"
    await house.road.pool.execute("UPDATE hook SET leased_until = clock_timestamp()")
    await house.deliver()
    assert receiver.ids == [told]
    assert (await house.shown(hook))["waiting"] == 0
