"""SM2 with SM3 (国密签名, GB/T 32918.2): the optional extra ``sm2``, pure Python, no certified module.

Slow (tens of signatures a second): for tests of the interface and for small deployments until a certified module answers.
"""

from collections.abc import Callable

import gmalg

from chassis.signing.statement import SM2, fingerprint

_USER = b"1234567812345678"  # the identity GB/T 32918 prescribes where none was agreed
_HALF = 32


class Sm2Signer:
    """SM2 with SM3 over the usual identity."""

    algorithm = SM2

    def __init__(self, secret: bytes) -> None:
        self.public_key: bytes = gmalg.SM2().generate_pk(secret)
        self._key = gmalg.SM2(secret, _USER, self.public_key)
        self.key_id = fingerprint(SM2, self.public_key)

    def sign(self, message: bytes) -> bytes:
        """R and s, 32 bytes each."""
        r, s = self._key.sign(message)
        return bytes(r.rjust(_HALF, b"\0") + s.rjust(_HALF, b"\0"))


def verifier_of(public_key: bytes) -> Callable[[bytes, bytes], bool]:
    """(message, signature) → whether it is theirs. Raises ValueError: no point of the curve."""
    try:
        sound = gmalg.SM2().verify_pk(public_key)
    except Exception as fault:
        raise ValueError("not a public key of SM2") from fault
    if not sound:
        raise ValueError("not a public key of SM2")
    key = gmalg.SM2(uid=_USER, pk=public_key)

    def verifies(message: bytes, signature: bytes) -> bool:
        return len(signature) == 2 * _HALF and bool(key.verify(message, signature[:_HALF], signature[_HALF:]))

    return verifies
