"""Identity keys (身份密钥): natural persons travel as a keyed reference; their number is sealed where it was taken in.

HMAC-SHA-256 and AES-256-GCM with keys derived from one deployment key (HKDF), so that no two uses share a key.
"""

import hmac
from base64 import b64decode
from binascii import Error as Base64Error
from hashlib import sha256
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32
_NONCE_BYTES = 12


class IdentityKeys:
    """Makes references and seals numbers.

    Raises:
        ValueError: the deployment key is not 32 bytes in base64.
    """

    def __init__(self, deployment_key: str) -> None:
        try:
            key = b64decode(deployment_key, validate=True)
        except Base64Error:
            key = b""
        if len(key) != _KEY_BYTES:
            raise ValueError(
                "SHENGUAN_IDENTITY_KEY 应为 32 字节的 base64 / must be 32 bytes in base64: "
                "python -c 'import base64,os; print(base64.b64encode(os.urandom(32)).decode())'",
            )
        self._reference_key = _derive(key, b"subject-reference")
        self._sealing = AESGCM(_derive(key, b"subject-number"))
        self._request_key = _derive(key, b"request-digest")

    def reference(self, id_type: str, id_no: str) -> str:
        """The reference (主体引用) of a natural person: 41 characters, the same for the same number and deployment."""
        digest = hmac.new(self._reference_key, f"{id_type}:{id_no}".encode(), sha256)
        return "P" + digest.hexdigest().upper()[:40]

    def digest(self, content: bytes) -> bytes:
        """32 bytes that tell whether a request is the same; without the key nobody can try numbers against them."""
        return hmac.new(self._request_key, content, sha256).digest()

    def seal(self, text: str) -> bytes:
        """Encrypt a number for keeping; twice the same text gives different bytes."""
        nonce = token_bytes(_NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """The number that was sealed. Raises cryptography's InvalidTag when bytes or key differ."""
        return self._sealing.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None).decode()


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(key)
