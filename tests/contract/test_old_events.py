"""Events of every version that was ever said are still read: golden bodies by today's code, earlier versions by steps."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from chassis import envelope
from chassis.envelope import UnreadableError, open_event
from contracts.event import Event, cloud_type
from contracts.topology import EVENTS
from contracts.upcast import STEPS, Step, upcast

GOLDEN = sorted((Path(__file__).parents[1] / "data" / "events").glob("v*/*.json"))
WORDS = "cn.shenguan.approval.test.said.v{}"
STEPS_OF_A_TEST = {
    WORDS.format(1): Step(WORDS.format(2), lambda body: {"no": body["number"], **body}),
    WORDS.format(2): Step(WORDS.format(3), lambda body: body | {"zone": "640202"}),
}


def opened(kind: str, payload: bytes) -> Any:
    return open_event("shenguan.s", {"ce-type": kind, "ce-id": str(uuid4())}, payload).message


def missing(said: Any, told: Any, where: str = "") -> list[str]:
    """What was said and is not read, or is read as something else; more may be read than was said."""
    if isinstance(said, dict) and isinstance(told, dict):
        return [fault for name in said for fault in missing(said[name], told.get(name), f"{where}/{name}")]
    if isinstance(said, list) and isinstance(told, list) and len(said) == len(told):
        pairs = enumerate(zip(said, told, strict=True))
        return [fault for n, (one, other) in pairs for fault in missing(one, other, f"{where}/{n}")]
    return [] if said == told else [f"{where}: {said!r} {told!r}"]


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
def test_what_was_said_once_is_read_by_todays_code(golden: Path) -> None:
    said = msgspec.json.decode(golden.read_bytes(), type=dict[str, Any])
    event = opened(golden.stem, golden.read_bytes())
    assert isinstance(event, Event)
    if golden.stem not in STEPS:
        assert missing(said, msgspec.json.decode(msgspec.json.encode(event))) == []
    assert event.aggregate
    assert event.holder.id_no


def test_every_event_has_a_golden_body_of_every_version_up_to_its_own() -> None:
    versions = {path.stem for path in GOLDEN}
    for event in EVENTS.values():
        base = cloud_type(event).rpartition(".v")[0]
        assert {f"{base}.v{n}" for n in range(1, event.generation + 1)} <= versions


def test_steps_are_taken_one_after_the_other_to_the_newest_version() -> None:
    kind, payload = upcast(WORDS.format(1), b'{"number": 7}', STEPS_OF_A_TEST)
    assert (kind, msgspec.json.decode(payload)) == (WORDS.format(3), {"number": 7, "no": 7, "zone": "640202"})
    untouched = b'{ "no":7 }'
    assert upcast(WORDS.format(3), untouched, STEPS_OF_A_TEST) == (WORDS.format(3), untouched)


@pytest.mark.parametrize("body", [b"[]", b"{", b"{}"])
def test_a_body_a_step_cannot_take_is_unreadable_and_not_a_bug(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "upcast", lambda kind, payload: upcast(kind, payload, STEPS_OF_A_TEST))
    with pytest.raises(UnreadableError) as fault:
        opened(WORDS.format(1), body)
    assert fault.value.cause == "unreadable"


@pytest.mark.parametrize("kind", ["cn.shenguan.approval.case.decided.v2", "cn.shenguan.approval.case.decided.v0"])
def test_a_version_nobody_knows_is_parked_as_such(kind: str) -> None:
    body = next(path for path in GOLDEN if path.stem == "cn.shenguan.approval.case.decided.v1").read_bytes()
    with pytest.raises(UnreadableError) as fault:
        opened(kind, body)
    assert fault.value.cause == "unknown-type"


def test_every_step_leads_to_an_event_that_is_read_today() -> None:
    for kind in STEPS:
        newest, seen = kind, set()
        while newest in STEPS and newest not in seen:
            seen.add(newest)
            newest = STEPS[newest].to
        assert newest in EVENTS
