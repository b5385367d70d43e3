"""The nine attacks on NATS, from every identity: the server refuses each, says so to the attacker and writes it down.

Nothing changes: streams, durables and what waits to be acknowledged are the same afterwards. One way round the
permissions that the server leaves open is shown too, with what holds instead.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import nats
import pytest
from asyncpg import Record
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from chassis.audit.entries import unsealed
from chassis.audit.log import AuditLog
from chassis.bus import Bus
from chassis.clock import StackClock
from chassis.nats_access import NatsAccess
from chassis.nats_denials import Denials
from chassis.provision import provision
from contracts.permissions import SYSTEM, bureau_of, inbox_of, permissions
from contracts.topology import INTAKE, LISTENS, STREAMS, durable_of, durables, stream_of
from contracts.uplink import GATHERER, uplinked
from ops.nats import EmbeddedNats
from ops.nats_keys import NatsKeys
from ops.state_folder import StateFolder
from tests.integration.chassis.road import Road
from tests.journey import until

pytestmark = pytest.mark.servers

ATTACKERS = sorted(set(permissions()) - {"operator"})


@dataclass
class Attacker:
    """One identity's connection, and what the server told it."""

    identity: str
    client: Client
    told: list[str]


@pytest.fixture
async def guarded(folder: StateFolder) -> AsyncIterator[EmbeddedNats]:
    """A provisioned server on which every stream holds one message and every durable has one delivered."""
    server = EmbeddedNats(folder, usual_port=0)
    await server.start()
    await provision(server.url)
    async with await nats.connect(server.url) as operator:
        js = operator.jetstream()
        for listener, stream in durables():
            info = await js.consumer_info(stream, durable_of(listener, stream))
            filters = info.config.filter_subjects or [str(info.config.filter_subject)]
            await js.publish(filters[0].replace(">", "640202.0"), b"{}")
            pulling = await js.pull_subscribe_bind(durable_of(listener, stream), stream)
            await pulling.fetch(1, timeout=2)
    yield server
    await server.stop()


@asynccontextmanager
async def connected(server: EmbeddedNats, identity: str) -> AsyncIterator[Attacker]:
    told: list[str] = []

    async def hear(error: Exception) -> None:
        told.append(str(error))

    access = NatsAccess(identity=identity, seed_file=server.keys.seed_file(identity)).options()
    client = await nats.connect(server.address, error_cb=hear, allow_reconnect=False, **access)
    try:
        yield Attacker(identity, client, told)
    finally:
        await client.close()


async def condition(server: EmbeddedNats) -> object:
    """Everything an attack could have changed."""
    async with await nats.connect(server.url) as operator:
        js = operator.jetstream()
        streams = [(await js.stream_info(name)).state for name in STREAMS]
        consumers = [
            (info.name, info.ack_floor, info.delivered.consumer_seq if info.delivered else 0, info.num_ack_pending)
            for name in STREAMS
            for info in sorted(await js.consumers_info(name), key=lambda found: found.name)
        ]
    return [(s.messages, s.first_seq, s.last_seq, s.deleted) for s in streams], consumers


def unwritten(server: EmbeddedNats, folder: StateFolder, attacker: str, act: str, subjects: Sequence[str]) -> list[str]:
    """The subjects of which the server's log does not say that this attacker was refused."""
    who, lines = server.keys.public(attacker), folder.log("nats").read_text(encoding="utf-8").splitlines()
    told = "\n".join(line for line in lines if who in line)
    return [subject for subject in subjects if f'{act} Violation - Subject "{subject}"' not in told]


def foreign_durables(identity: str) -> list[tuple[str, str]]:
    return [(stream, durable_of(service, stream)) for service, stream in durables() if service != identity]


def foreign_streams(identity: str) -> list[str]:
    return [stream for stream in STREAMS if identity not in LISTENS or stream != stream_of(identity)]


def gathered_by(identity: str) -> tuple[str, ...]:
    """Streams it may look at, not into: at a level above, how far each level below has been heard."""
    return uplinked() if identity == GATHERER else ()


def speaking_for_others(identity: str) -> list[str]:
    own = permissions()[identity].publish[0].removesuffix(">")
    told = [f"shenguan.{name}.case.decided.v1.640202.0" for name in LISTENS]
    told += [f"shenguan.intake.{name}.v1.case" for name in LISTENS]
    return [subject for subject in told if not subject.startswith(own)]


PUBLISHED: dict[str, Callable[[str], list[str]]] = {
    "speaks for another service": speaking_for_others,
    "deletes a stream or changes it": lambda _: [
        f"$JS.API.STREAM.{verb}.{stream}" for verb in ("DELETE", "UPDATE", "CREATE") for stream in STREAMS
    ],
    "purges a stream or deletes a message": lambda _: [
        f"$JS.API.STREAM.{verb}.{stream}" for verb in ("PURGE", "MSG.DELETE") for stream in STREAMS
    ],
    "reads another's stream": lambda me: [
        *(f"$JS.API.{verb}.{stream}" for verb in ("STREAM.MSG.GET", "DIRECT.GET") for stream in foreign_streams(me)),
        *(f"$JS.API.STREAM.INFO.{stream}" for stream in foreign_streams(me) if stream not in gathered_by(me)),
    ],
    "makes, changes or deletes a durable": lambda _: [
        f"$JS.API.CONSUMER.{verb}.{stream}.{name}"
        for verb in ("CREATE", "DURABLE.CREATE", "DELETE", "PAUSE", "RESET")
        for stream, name in [*foreign_durables(""), ("APPROVAL", "spy")]
    ],
    "pulls from another's durable": lambda me: [
        f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{name}" for stream, name in foreign_durables(me)
    ],
    "acknowledges for another": lambda me: [
        f"$JS.ACK.{stream}.{name}.1.1.1.1790000000000000000.0" for stream, name in foreign_durables(me)
    ],
    "asks the system account": lambda _: ["$SYS.REQ.SERVER.PING", "$SYS.REQ.ACCOUNT.PING.CONNZ"],
}
SUBSCRIBED: dict[str, Callable[[str], list[str]]] = {
    "listens at others' inboxes": lambda me: [
        "_INBOX.>",
        *(f"{inbox_of(other)}.>" for other in permissions() if other != me),
    ],
    "listens to events past its durables": lambda _: ["shenguan.>", ">", "$JS.>", "$SYS.>", "shenguan.credit.>"],
}


async def refused(attacker: Attacker, act: str, subjects: Sequence[str]) -> None:
    """Every attempt is answered by a violation that names it, and counts as a denial in our own services."""
    answers = f"{inbox_of(attacker.identity)}.answer"
    heard = await attacker.client.subscribe(answers)
    for subject in subjects:
        if act == "publish":
            await attacker.client.publish(subject, b"{}", reply=answers)
        else:
            await attacker.client.subscribe(subject)
    # nats-py's flush overtakes what is still to be sent, and it tells what the server said in small letters.
    async with asyncio.timeout(10):
        while len(attacker.told) < len(subjects):
            await attacker.client.flush()
    assert attacker.told == [f'nats: permissions violation for {act} to "{subject.lower()}"' for subject in subjects]
    assert all(Denials().noted(NatsError(told)) for told in attacker.told)
    assert heard.pending_msgs == 0


@pytest.mark.parametrize("attack", PUBLISHED)
async def test_nobody(attack: str, guarded: EmbeddedNats, folder: StateFolder) -> None:
    before = await condition(guarded)
    for identity in ATTACKERS:
        async with connected(guarded, identity) as attacker:
            subjects = PUBLISHED[attack](identity)
            await refused(attacker, "publish", subjects)
        assert unwritten(guarded, folder, identity, "Publish", subjects) == []
    assert await condition(guarded) == before


@pytest.mark.parametrize("attack", SUBSCRIBED)
async def test_nobody_either(attack: str, guarded: EmbeddedNats, folder: StateFolder) -> None:
    for identity in ATTACKERS:
        async with connected(guarded, identity) as attacker:
            subjects = SUBSCRIBED[attack](identity)
            await refused(attacker, "subscription", subjects)
        assert unwritten(guarded, folder, identity, "Subscription", subjects) == []


async def test_nobody_connects_without_a_key_the_server_knows(
    guarded: EmbeddedNats, folder: StateFolder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = NatsKeys(StateFolder(tmp_path_factory.mktemp("stranger")))
    told: list[str] = []

    async def hear(error: Exception) -> None:
        if not isinstance(
            error, ConnectionError
        ):  # whether the hang-up is read as an end or a reset is a matter of luck
            told.append(str(error))

    accesses: tuple[dict[str, Any], ...] = (
        {},
        {"nkeys_seed": str(stranger.seed_file("credit"))},
        {"user": "shenguan", "password": "guessed"},
    )
    for access in accesses:
        client = Client()
        with pytest.raises(NatsError, match="Authorization Violation"):
            await client.connect(guarded.address, error_cb=hear, allow_reconnect=False, **access)
        await client.close()
    assert len(told) == 3
    assert all(Denials().noted(NatsError(said)) for said in told)
    log = folder.log("nats").read_text(encoding="utf-8")
    assert log.count("authentication error") == 3
    assert stranger.public("credit") in log


async def test_the_system_account_sees_the_server_and_none_of_the_streams(guarded: EmbeddedNats) -> None:
    async with connected(guarded, SYSTEM) as attacker:
        assert b'"server"' in (await attacker.client.request("$SYS.REQ.SERVER.PING", b"", timeout=2)).data
        with pytest.raises(NatsError):
            await attacker.client.jetstream(timeout=1).stream_info("APPROVAL")


async def test_what_a_service_needs_is_allowed(guarded: EmbeddedNats) -> None:
    for service, streams in LISTENS.items():
        async with connected(guarded, service) as attacker:
            js = attacker.client.jetstream()
            ack = await js.publish(f"shenguan.{service}.case.decided.v1.640202.0", b"{}")
            assert (await js.stream_info(stream_of(service))).state.last_seq == ack.seq
            assert (await js.get_msg(stream_of(service), ack.seq)).data == b"{}"
            for stream in streams:
                assert (await js.consumer_info(stream, durable_of(service, stream))).name == durable_of(service, stream)
            assert attacker.told == []


async def test_a_bureau_hands_in_and_hears_that_it_was_taken(guarded: EmbeddedNats) -> None:
    for service in INTAKE:
        async with connected(guarded, bureau_of(service)) as bureau:
            ack = await bureau.client.jetstream().publish(f"shenguan.intake.{service}.v1.cases", b"{}", stream="INTAKE")
            assert (ack.stream, bureau.told) == ("INTAKE", [])


async def test_a_reply_in_anothers_stream_brings_nothing_that_speaks_for_it(guarded: EmbeddedNats) -> None:
    """The server does not hold the reply of an allowed publish against the permissions (2.15).

    So an acknowledgement or a pulled message can be led into a foreign stream; its content is the server's or a true
    event said before. Neither can be made up, and consumers want the signature of the stream's own service.
    """
    async with connected(guarded, "supervision") as attacker:
        own, led = "shenguan.supervision.task.created.v1.640202.0", "shenguan.credit.grade.changed.v1.640202.0"
        await attacker.client.publish(own, b'{"forged": true}', reply=led)
        await attacker.client.flush()
        assert attacker.told == []
    async with await nats.connect(guarded.url) as operator:
        js = operator.jetstream()
        found = await js.get_last_msg("CREDIT", led)
        assert b"forged" not in (found.data or b"")
        assert "ce-id" not in (found.headers or {})
        with pytest.raises(NotFoundError):
            await js.get_last_msg("APPROVAL", led)


async def test_what_a_service_was_refused_stands_in_its_audit_log_once(guarded: EmbeddedNats, road: Road) -> None:
    log = AuditLog(lambda: road.pool, StackClock(), unsealed)
    bus = Bus("credit", guarded.address, NatsAccess(identity="credit", seed_file=guarded.keys.seed_file("credit")))
    bus.on_denial(log.denied)
    connection = await bus.connect()
    for _ in range(3):
        await connection.publish("shenguan.approval.case.decided.v1.640202.0", b"{}")
    await connection.subscribe("shenguan.>")
    entries = await until(lambda: _two_or_more(road))
    assert {(entry["action"], entry["object"], entry["result"], entry["code"]) for entry in entries} == {
        ("nats:publish", "shenguan.approval.case.decided.v1.640202.0", "REFUSED", "nats-refused"),
        ("nats:subscription", "shenguan.>", "REFUSED", "nats-refused"),
    }
    await bus.stop()
    assert len(await road.pool.fetch("SELECT FROM audit_entry")) == 2


async def _two_or_more(road: Road) -> list[Record]:
    found: list[Record] = await road.pool.fetch("SELECT * FROM audit_entry")
    return found if len(found) >= 2 else []
