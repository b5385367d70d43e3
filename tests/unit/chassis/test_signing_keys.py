"""Signing keys: read from settings, known by their fingerprint, changed without a restart; Ed25519 and SM2 alike."""

from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.settings import ServiceSettings
from chassis.signing.keys import ServiceKeys
from chassis.signing.signer import Signer, signer_of, signer_with, verifier_of, written
from chassis.signing.statement import ED25519, SM2, stated
from chassis.signing.trusted import DistrustError, PublicKey, Trusted
from tests.keys import SERVICES, public_key, signer, signing_environment

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SEED = bytes(range(1, 33))


@pytest.mark.parametrize("algorithm", [ED25519, SM2])
@settings(max_examples=10, deadline=None)
@given(message=st.binary(max_size=200), data=st.data())
def test_both_algorithms_refuse_a_changed_bit_of_message_or_signature(
    algorithm: str, message: bytes, data: st.DataObject
) -> None:
    own = signer_with(algorithm, SEED)
    verifies = verifier_of(algorithm, own.public_key)
    signature = own.sign(message)
    assert len(signature) == 64
    assert verifies(message, signature)
    changed = bytearray(signature)
    changed[data.draw(st.integers(0, 63))] ^= 1 << data.draw(st.integers(0, 7))
    assert not verifies(message, bytes(changed))
    assert not verifies(message + b"x", signature)
    assert not verifies(message, signature[:-1])


def test_ed25519_signs_as_rfc_8032_shows() -> None:
    own = signer_with(ED25519, bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert own.public_key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert own.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155")


def test_no_two_lists_of_parts_are_stated_alike() -> None:
    told = [stated("p", b"ab", b"c"), stated("p", b"a", b"bc"), stated("p", b"abc"), stated("pa", b"bc"), stated("p")]
    assert len(set(told)) == len(told)


def test_a_key_is_read_from_the_setting_or_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "approval.key"
    file.write_text(written(ED25519, SEED) + "\n", encoding="ascii")
    found: list[Signer] = [signer_of(b64encode(SEED).decode()), signer_of(written(ED25519, SEED)), signer_of(str(file))]
    assert {own.key_id for own in found} == {signer_with(ED25519, SEED).key_id}
    assert signer_of(written(SM2, SEED)).algorithm == SM2


@pytest.mark.parametrize("setting", ["", "short", "rsa:" + b64encode(SEED).decode(), "/no/such/file", "c2VjcmV0"])
def test_what_is_no_key_is_refused_without_showing_it(setting: str) -> None:
    with pytest.raises(ValueError, match="SIGNING_KEY") as refused:
        signer_of(setting)
    assert not setting or setting not in str(refused.value)


def test_a_new_key_is_believed_as_soon_as_it_stands_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "trusted.json"
    file.write_bytes(msgspec.json.encode([public_key("approval")]))
    known, own = Trusted.of(str(file)), signer("credit")
    with pytest.raises(DistrustError, match="unknown-key"):
        known.verify(own.key_id, ED25519, b"m", own.sign(b"m"), service="credit", at=NOW)
    (tmp_path / "new").write_bytes(b"[{half")
    (tmp_path / "new").replace(file)
    with pytest.raises(DistrustError, match="unknown-key"):
        known.verify(own.key_id, ED25519, b"m", own.sign(b"m"), service="credit", at=NOW)
    (tmp_path / "new").write_bytes(msgspec.json.encode([public_key(service) for service in SERVICES]))
    (tmp_path / "new").replace(file)
    known.verify(own.key_id, ED25519, b"m", own.sign(b"m"), service="credit", at=NOW)
    with pytest.raises(DistrustError, match="bad-signature"):
        known.verify(own.key_id, ED25519, b"n", own.sign(b"m"), service="credit", at=NOW)


@pytest.mark.parametrize(
    "key",
    [
        PublicKey(service="approval", algorithm=ED25519, public_key="AAAA"),
        PublicKey(service="approval", algorithm=SM2, public_key=b64encode(bytes(65)).decode()),
        PublicKey(service="approval", algorithm="rsa", public_key=b64encode(bytes(32)).decode()),
        public_key("approval", valid_to=datetime(2026, 1, 1)),  # noqa: DTZ001 - an instant without a zone
    ],
)
def test_a_file_with_a_key_that_is_none_is_refused(key: PublicKey) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Trusted([key])


def test_a_service_whose_key_nobody_trusts_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENGUAN_IDENTITY_KEY", b64encode(SEED).decode())
    monkeypatch.setenv("SHENGUAN_CREDIT_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/none")
    for name, value in signing_environment().items():
        monkeypatch.setenv(name, value)
    assert ServiceKeys.of("credit", ServiceSettings.of("credit")).signer.key_id == signer("credit").key_id
    monkeypatch.setenv("SHENGUAN_CREDIT_SIGNING_KEY", written(ED25519, SEED))
    with pytest.raises(ValueError, match="unknown-key"):
        ServiceKeys.of("credit", ServiceSettings.of("credit"))
