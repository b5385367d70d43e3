"""Keys for tests: every service's signing key is known, so that a test may speak as any of them and be believed."""

from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

import msgspec

from chassis import envelope
from chassis.envelope import Cause, Envelope
from chassis.signing.events import EventVerifier, signed
from chassis.signing.signer import Signer, signer_with, written
from chassis.signing.statement import ED25519
from chassis.signing.trusted import PublicKey, Trusted
from contracts.event import Event

SERVICES = ("approval", "supervision", "credit", "console")


def signer(service: str) -> Signer:
    return signer_with(ED25519, _seed(service))


def trusted() -> Trusted:
    return Trusted(public_key(service) for service in SERVICES)


def public_key(service: str, valid_from: datetime | None = None, valid_to: datetime | None = None) -> PublicKey:
    coded = b64encode(signer(service).public_key).decode()
    return PublicKey(service=service, algorithm=ED25519, public_key=coded, valid_from=valid_from, valid_to=valid_to)


def verifier() -> EventVerifier:
    return EventVerifier(trusted())


def signing_environment() -> dict[str, str]:
    """What a service needs to sign and to believe the others."""
    own = {f"SHENGUAN_{service.upper()}_SIGNING_KEY": written(ED25519, _seed(service)) for service in SERVICES}
    return own | {"SHENGUAN_TRUSTED_KEYS": msgspec.json.encode([public_key(s) for s in SERVICES]).decode()}


def seal(event: Event, *, service: str, region: str, now: datetime, cause: Cause | None, traceparent: str) -> Envelope:
    """An event as its service would seal and sign it, alone in its transaction."""
    plain = envelope.seal(event, service=service, region=region, now=now, cause=cause, traceparent=traceparent)
    (alone,) = signed(signer(service), [plain])
    return alone


def believable(service: str, subject: str, headers: dict[str, str], payload: bytes) -> dict[str, str]:
    """The headers with the service's signature, whatever it says."""
    (alone,) = signed(signer(service), [Envelope(uuid4(), "", subject, "", "", headers, payload)])
    return alone.headers


def _seed(service: str) -> bytes:
    return sha256(f"the signing key of {service} in tests".encode()).digest()
