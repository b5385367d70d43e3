"""Natural persons travel as a keyed reference."""

from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidTag

from chassis.identity import IdentityKeys
from kernel.sealed import Place

KEYS = IdentityKeys(b64encode(b"k" * 32).decode())
OTHER = IdentityKeys(b64encode(b"o" * 32).decode())
NUMBER = "11010519491231002X"
PLACE = Place("subject", "sealed_no", ("111", "P1"))


def test_a_reference_is_stable_and_says_nothing_about_the_number() -> None:
    reference = KEYS.reference("111", NUMBER)
    assert reference == KEYS.reference("111", NUMBER)
    assert len(reference) == 41
    assert NUMBER not in reference


def test_another_deployment_or_another_number_gives_another_reference() -> None:
    assert len({KEYS.reference("111", NUMBER), OTHER.reference("111", NUMBER), KEYS.reference("099", NUMBER)}) == 3


def test_a_sealed_number_opens_only_with_its_key_and_untouched() -> None:
    sealed = KEYS.seal(NUMBER, PLACE)
    assert KEYS.open(sealed, PLACE) == NUMBER
    assert KEYS.seal(NUMBER, PLACE) != sealed
    with pytest.raises(InvalidTag):
        OTHER.open(sealed, PLACE)
    with pytest.raises(InvalidTag):
        KEYS.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), PLACE)


def test_a_request_is_known_again_by_a_digest_nobody_can_make_without_the_key() -> None:
    body = f'{{"id_no":"{NUMBER}"}}'.encode()
    assert KEYS.digest(body) == KEYS.digest(body)
    assert len({KEYS.digest(body), OTHER.digest(body), KEYS.digest(body + b" "), sha256(body).digest()}) == 4


@pytest.mark.parametrize("key", ["", "short", b64encode(b"k" * 31).decode()])
def test_a_wrong_deployment_key_is_refused_with_a_way_to_make_one(key: str) -> None:
    with pytest.raises(ValueError, match="urandom"):
        IdentityKeys(key)
