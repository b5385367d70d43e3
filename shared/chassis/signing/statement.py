"""Statement (签名内容): the bytes a signature is over, the algorithms there are, the id of a key.

Every signature is over ``stated(purpose, …)``: what was signed for one purpose never passes for another.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final

ED25519: Final = "ed25519"
SM2: Final = "sm2-sm3"
HASHES: Final = {ED25519: "sha256", SM2: "sm3"}
"""Signature algorithm → the hash of the trees whose roots it signs, as ``hashlib.new`` knows it."""


def stated(purpose: str, *parts: bytes) -> bytes:
    """Purpose and parts, each with its length before it (DSSE's pre-authentication encoding): no two lists look alike."""
    framed = b"".join(b" %d %b" % (len(part), part) for part in parts)
    return b"DSSEv1 %d %b%b" % (len(purpose), purpose.encode("ascii"), framed)


def fingerprint(algorithm: str, public_key: bytes) -> str:
    """The id of a key (密钥编号): 128 bits of a SHA-256 over algorithm and public key."""
    return compact(sha256(stated("shenguan-key", algorithm.encode("ascii"), public_key)).digest()[:16])


def compact(content: bytes) -> str:
    """Base64url without padding, as headers carry bytes."""
    return urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
