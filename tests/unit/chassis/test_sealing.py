"""What is sealed opens with its key, in its place, and nowhere else; old keys and old bytes still open."""

from base64 import b64encode
from pathlib import Path
from secrets import token_bytes

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis.identity import IdentityKeys
from chassis.sealing import MARK, CipherName, Header, UnknownKeyError, derived, parse_keys
from kernel.sealed import Place

DEPLOYMENT = b64encode(b"k" * 32).decode()
OLD, NEW = (b64encode(letter * 32).decode() for letter in (b"1", b"2"))
NUMBER = "11010519491231002X"
HERE = Place("subject", "sealed_no", ("111", "P1"))
CIPHERS = pytest.mark.parametrize("cipher", list(CipherName))


@CIPHERS
def test_the_bytes_name_algorithm_and_key_and_not_the_text(cipher: CipherName) -> None:
    sealed = IdentityKeys(DEPLOYMENT, f"2026a:{NEW}", cipher).seal(NUMBER, HERE)
    header = Header.of(sealed)
    assert header is not None
    assert (header.algorithm, header.key_id) == (cipher, "2026a")
    assert NUMBER.encode() not in sealed


@CIPHERS
@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("subject", "sealed_no", ("111", "P2")),
        Place("subject", "sealed_name", ("111", "P1")),
        Place("export_line", "sealed_no", ("111", "P1")),
        Place("subject", "sealed_no", ("111P", "1")),
    ],
)
def test_bytes_moved_to_another_place_do_not_open(cipher: CipherName, elsewhere: Place) -> None:
    keys = IdentityKeys(DEPLOYMENT, f"2026a:{NEW}", cipher)
    sealed = keys.seal(NUMBER, HERE)
    assert keys.open(sealed, HERE) == NUMBER
    with pytest.raises(InvalidTag):
        keys.open(sealed, elsewhere)


@CIPHERS
def test_no_byte_can_be_changed_unnoticed(cipher: CipherName) -> None:
    keys = IdentityKeys(DEPLOYMENT, f"a:{OLD},b:{NEW}", cipher)
    sealed = keys.seal(NUMBER, HERE)
    for at in range(len(sealed)):
        with pytest.raises((InvalidTag, UnknownKeyError)):
            keys.open(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], HERE)


def test_after_a_rotation_both_keys_open_and_the_new_one_seals() -> None:
    before = IdentityKeys(DEPLOYMENT, f"2025b:{OLD}", CipherName.AES_GCM)
    after = IdentityKeys(DEPLOYMENT, f"2026a:{NEW},2025b:{OLD}", CipherName.SM4_GCM)
    sealed = before.seal(NUMBER, HERE)
    assert after.open(sealed, HERE) == NUMBER
    header = Header.of(after.seal(NUMBER, HERE))
    assert header is not None
    assert header.key_id == "2026a"
    with pytest.raises(UnknownKeyError, match="2025b"):
        IdentityKeys(DEPLOYMENT, f"2026a:{NEW}").open(sealed, HERE)


def test_without_keys_of_its_own_a_deployment_seals_with_one_derived_from_its_identity_key() -> None:
    sealed = IdentityKeys(DEPLOYMENT).seal(NUMBER, HERE)
    assert IdentityKeys(DEPLOYMENT, f"2026a:{NEW}").open(sealed, HERE) == NUMBER


def test_bytes_of_the_time_before_key_ids_still_open() -> None:
    nonce = token_bytes(12)
    old = nonce + AESGCM(derived(b"k" * 32, b"subject-number")).encrypt(nonce, NUMBER.encode(), None)
    assert IdentityKeys(DEPLOYMENT, f"2026a:{NEW}").open(old, HERE) == NUMBER


@pytest.mark.parametrize("bytes_", [b"", MARK, MARK + b"\x01", MARK + b"\x09\x02aa", MARK + b"\x01\x02A!"])
def test_what_only_begins_like_sealed_bytes_has_no_header(bytes_: bytes) -> None:
    assert Header.of(bytes_) is None


def test_a_blind_index_finds_a_number_under_every_key_and_tells_nobody_else() -> None:
    before, after = IdentityKeys(DEPLOYMENT, f"b:{OLD}"), IdentityKeys(DEPLOYMENT, f"a:{NEW},b:{OLD}")
    assert before.index(NUMBER) in after.indexes(NUMBER)
    assert after.index(NUMBER) == after.indexes(NUMBER)[0] != before.index(NUMBER)
    assert not set(after.indexes(NUMBER)) & set(IdentityKeys(OLD, f"a:{DEPLOYMENT}").indexes(NUMBER))


def test_keys_are_read_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"2026a:{NEW}\n\n2025b:{OLD}\n", encoding="utf-8")
    assert parse_keys(f"@{file}") == parse_keys(f"2026a:{NEW},2025b:{OLD}") == {"2026a": b"2" * 32, "2025b": b"1" * 32}


@pytest.mark.parametrize(
    "written", ["2026a", "2026a:short", f"2026A:{NEW}", f"identity:{NEW}", f"a:{NEW},a:{OLD}", f":{NEW}", f"a:{NEW}="]
)
def test_a_wrong_key_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(ValueError, match="SHENGUAN_SEALING_KEYS") as refused:
        parse_keys(written)
    assert NEW not in str(refused.value)
