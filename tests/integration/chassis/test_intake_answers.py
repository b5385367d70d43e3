"""收下回执: what JetStream answers a bureau that hands in is what docs/asyncapi.json says, and nothing else comes."""

import json
from collections.abc import AsyncIterator
from typing import Any

import nats
import pytest
from jsonschema import Draft202012Validator

from chassis.nats_access import NatsAccess
from chassis.provision import LARGEST, provision
from contracts.asyncapi import document
from contracts.intake import DOORS, Door
from contracts.topology import durable_of
from ops.nats import EmbeddedNats
from ops.state_folder import StateFolder

pytestmark = pytest.mark.servers


@pytest.fixture
async def server(folder: StateFolder) -> AsyncIterator[EmbeddedNats]:
    server = EmbeddedNats(folder, usual_port=0)
    await server.start()
    await provision(server.url)
    yield server
    await server.stop()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.service)
async def test_the_answer_is_as_documented_when_it_is_kept_kept_already_and_too_large(
    server: EmbeddedNats, door: Door
) -> None:
    access = NatsAccess(identity=door.identity, seed_file=server.keys.seed_file(door.identity)).options()
    subject = door.address.replace("{sender}", "market")
    async with await nats.connect(server.address, **access) as bureau:

        async def handed_in(name: str, body: bytes) -> dict[str, Any]:
            answer = await bureau.request(subject, body, headers={"Nats-Msg-Id": name}, timeout=5)
            return dict(json.loads(answer.data))

        first, again, large = (
            await handed_in("SL-1", b"{}"),
            await handed_in("SL-1", b"{}"),
            await handed_in("SL-2", b" " * (LARGEST + 1)),
        )
    assert first == {"stream": "INTAKE", "seq": 1}
    assert again == {"stream": "INTAKE", "seq": 1, "duplicate": True}
    assert large["error"]["description"]
    whole = document()
    told = whole["components"]["messages"]["intake.kept"]["payload"] | {"components": whole["components"]}
    schema = whole["components"]["schemas"]["Kept"] | {"additionalProperties": False}
    for answer in (first, again, large):
        Draft202012Validator(told).validate(answer)
        Draft202012Validator(schema | {"components": whole["components"]}).validate(answer)
    async with await nats.connect(server.url) as operator:
        pulling = await operator.jetstream().pull_subscribe_bind(durable_of(door.service, "INTAKE"), "INTAKE")
        (kept,) = await pulling.fetch(10, timeout=2)
    assert (kept.subject, kept.data) == (subject, b"{}")
