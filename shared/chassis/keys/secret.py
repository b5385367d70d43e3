"""The secret (密钥内容) of an API key: ``sgk_<id>_<secret>``, 256 random bits, shown once.

Only SHA-256 of the secret is kept. That is enough because it is random: there is nothing to guess that a slow hash would
make dearer, as there is with a password somebody chose.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex, token_urlsafe

PREFIX = "sgk_"
_TOKEN = re.compile(r"sgk_([0-9a-f]{16})_([0-9A-Za-z_\-]{43})")


@dataclass(frozen=True, slots=True)
class Issued:
    """A new key; ``token`` is what its holder sends and nobody keeps."""

    key_id: str
    token: str
    digest: bytes


def issue() -> Issued:
    """Make a key."""
    key_id, secret = token_hex(8), token_urlsafe(32)
    return Issued(key_id, f"{PREFIX}{key_id}_{secret}", _digest(secret))


def parted(token: str) -> tuple[str, str] | None:
    """Id and secret of a token, None when it is none."""
    found = _TOKEN.fullmatch(token)
    return (found[1], found[2]) if found else None


def belongs(secret: str, digest: bytes) -> bool:
    """Whether a secret is the one that was hashed; takes the same time either way."""
    return hmac.compare_digest(_digest(secret), digest)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
