"""Signed events: nothing but what the service said, as it said it, is believed."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import envelope
from chassis.envelope import Envelope
from chassis.signing.events import HEADER, EventVerifier, signed
from chassis.signing.signer import signer_with
from chassis.signing.statement import SM2
from chassis.signing.trusted import DistrustError, PublicKey, Trusted
from tests.fakes.approval import NOW, a_grade
from tests.keys import public_key, signer, trusted, verifier

GOLDEN = (
    "ed25519.rm1UHfWYP6wOmh5Elz4EuA.2.3.9UODXaEg-BeEpcR8dSiTQhAhfU67szqesNdrfjFGJO1tyQaUvlLoOgaZsnDL7nyGX"
    "G4OLPAssz74ZmNUm3_aCw.7LXpEeD3uWggVPePkcQtSEnFHbs6fJh1J5MHEz1xP5A"
)
"""What the last of three events was signed as when the form was decided: old events must stay believable."""


def said(count: int = 1) -> list[Envelope]:
    """What one transaction of credit says."""
    plain = [
        envelope.seal(
            a_grade(version=n + 1), service="credit", region="640202", now=NOW, cause=None, traceparent="00-0-0-01"
        )
        for n in range(count)
    ]
    return signed(signer("credit"), plain)


def cause_of(event: Envelope, *, service: str = "credit", by: EventVerifier | None = None) -> str:
    """Why it is not believed; empty when it is."""
    try:
        (by or verifier()).verify(event.subject, event.headers, event.payload, service=service)
    except DistrustError as fault:
        return fault.cause
    return ""


def with_header(event: Envelope, name: str, value: str | None) -> Envelope:
    headers = {**event.headers, name: value} if value is not None else dict(event.headers)
    if value is None:
        del headers[name]
    return replace(event, headers={k: str(v) for k, v in headers.items()})


@given(count=st.integers(1, 40))
def test_everything_a_transaction_says_is_believed_by_itself(count: int) -> None:
    for event in said(count):
        assert cause_of(event, by=verifier()) == ""


@given(count=st.integers(1, 9), data=st.data())
def test_no_bit_of_the_payload_can_be_changed(count: int, data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(said(count)))
    payload = bytearray(event.payload)
    payload[data.draw(st.integers(0, len(payload) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert cause_of(replace(event, payload=bytes(payload))) == "bad-signature"


@given(count=st.integers(1, 9), data=st.data())
def test_no_header_a_receiver_acts_on_can_be_changed_taken_away_or_added(count: int, data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(said(count)))
    name = data.draw(
        st.sampled_from([name for name in event.headers if not name.startswith("Nats-") and name != HEADER])
    )
    other = data.draw(
        st.text(st.characters(codec="ascii"), max_size=20).filter(lambda text: text != event.headers[name])
    )
    for changed in (with_header(event, name, other), with_header(event, name, None), with_header(event, "ce-x", other)):
        assert cause_of(changed) in {"bad-signature", "wrong-signer"}


@given(count=st.integers(1, 9), data=st.data())
def test_no_character_of_the_proof_can_be_changed(count: int, data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(said(count)))
    proof = event.headers[HEADER]
    at = data.draw(st.integers(0, len(proof) - 1))
    other = data.draw(st.sampled_from("ABab01-_.= é").filter(lambda character: character != proof[at]))
    changed = with_header(event, HEADER, proof[:at] + other + proof[at + 1 :])
    assert cause_of(changed) in {"bad-signature", "unknown-key"}


@given(count=st.integers(2, 20), data=st.data())
def test_two_events_of_one_transaction_cannot_swap_their_proofs(count: int, data: st.DataObject) -> None:
    events = said(count)
    one, other = data.draw(st.lists(st.sampled_from(range(count)), min_size=2, max_size=2, unique=True))
    by = verifier()
    assert [cause_of(event, by=by) for event in events] == [""] * count
    assert cause_of(with_header(events[one], HEADER, events[other].headers[HEADER]), by=by) == "bad-signature"


def test_the_same_words_under_another_subject_are_not_believed() -> None:
    (event,) = said()
    partition = event.subject.rpartition(".")[0]
    other = f"{partition}.{(int(event.subject.rpartition('.')[2]) + 1) % 16}"
    assert cause_of(replace(event, subject=other)) == "bad-signature"


def test_what_the_server_adds_on_the_way_changes_nothing() -> None:
    (event,) = said()
    for name in ("Nats-Batch-Id", "Nats-Msg-Id", "Nats-Expected-Stream"):
        assert cause_of(with_header(event, name, "1")) == ""


def test_a_service_cannot_speak_for_another() -> None:
    (event,) = said()
    plain = with_header(event, HEADER, None)
    (forged,) = signed(signer("supervision"), [plain])
    assert cause_of(forged) == "wrong-signer"
    assert cause_of(event, service="supervision") == "wrong-signer"
    approval = replace(plain, subject=plain.subject.replace("credit", "approval"))
    (own_subject,) = signed(signer("approval"), [approval])
    assert cause_of(own_subject, service="approval") == "wrong-signer"


def test_where_regions_are_gathered_a_key_speaks_for_its_own() -> None:
    (event,) = said()
    _, gov, region, _ = event.headers["ce-source"].split("/")
    assert gov == "gov"
    for of, cause in ((region, ""), ("640205", "wrong-signer")):
        assert (
            cause_of(event, by=EventVerifier(Trusted([msgspec.structs.replace(public_key("credit"), region=of)])))
            == cause
        )


def test_what_is_not_signed_or_signed_by_a_stranger_is_not_believed() -> None:
    (event,) = said()
    assert cause_of(with_header(event, HEADER, None)) == "unsigned"
    assert cause_of(event, by=EventVerifier(Trusted([public_key("approval")]))) == "unknown-key"


def test_a_key_speaks_from_its_first_instant_until_its_last() -> None:
    (event,) = said()
    now, hour = datetime.now(UTC), timedelta(hours=1)
    for changes, cause in (
        ({"valid_from": now - hour, "valid_to": now + hour}, ""),
        ({"valid_to": now - hour}, "expired-key"),
        ({"valid_from": now + hour}, "expired-key"),
    ):
        assert cause_of(event, by=EventVerifier(Trusted([public_key("credit", **changes)]))) == cause


def test_what_is_signed_today_is_verified_in_ten_years() -> None:
    headers = {
        "Nats-Msg-Id": "1",
        "ce-type": "cn.shenguan.credit.grade.changed.v1",
        "ce-id": "1",
        "ce-subject": "a%22b",
    }
    subject = "shenguan.credit.grade.changed.v1.640202.3"
    plain = [Envelope(UUID(int=n), "", subject, "", "", headers, b'{"n":%d}' % n) for n in range(3)]
    assert signed(signer("credit"), plain)[-1].headers[HEADER] == GOLDEN


def test_sm2_signs_events_over_trees_of_sm3() -> None:
    national = signer_with(SM2, bytes(range(1, 33)))
    coded = b64encode(national.public_key).decode()
    by = EventVerifier(Trusted([PublicKey(service="credit", algorithm=SM2, public_key=coded)]))
    plain = [with_header(event, HEADER, None) for event in said(3)]
    one, other, last = signed(national, plain)
    assert [cause_of(event, by=by) for event in (one, other, last)] == ["", "", ""]
    assert cause_of(replace(last, payload=last.payload + b" "), by=by) == "bad-signature"
    renamed = one.headers[HEADER].replace(SM2, "ed25519")
    assert cause_of(with_header(one, HEADER, renamed), by=by) == "wrong-signer"


def test_a_believed_transaction_costs_one_verification(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = trusted()
    asked: list[bytes] = []
    believed = keys.believed

    def counting(*named: str, **where: object) -> Callable[[bytes, bytes], bool]:
        verifies = believed(*named, **where)  # type: ignore[arg-type] # passed on as they came

        def verify(message: bytes, signature: bytes) -> bool:
            asked.append(message)
            return verifies(message, signature)

        return verify

    monkeypatch.setattr(keys, "believed", counting)
    by = EventVerifier(keys)
    assert {cause_of(event, by=by) for event in [*said(30), *said(5)]} == {""}
    assert len(asked) == 2
