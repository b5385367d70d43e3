"""Identity keys (身份密钥): natural persons travel as a keyed reference; their number is sealed where it was taken in.

References and digests come from the deployment key and stay for ever; what is sealed goes by the key ring, which turns.
"""

import hmac
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from hashlib import sha256

from chassis.sealing import KEY_BYTES, CipherName, derived, parse_keys, ring_of
from kernel.sealed import Place


class IdentityKeys:
    """Makes references and seals numbers. ``sealing_keys``: as SHENGUAN_SEALING_KEYS has them.

    Raises:
        ValueError: the deployment key is not 32 bytes in base64, or a sealing key is not as it should be.
    """

    def __init__(
        self, deployment_key: str, sealing_keys: str = "", cipher: CipherName | str = CipherName.AES_GCM
    ) -> None:
        try:
            key = b64decode(deployment_key, validate=True)
        except Base64Error:
            key = b""
        if len(key) != KEY_BYTES:
            raise ValueError(
                "SHENGUAN_IDENTITY_KEY 应为 32 字节的 base64 / must be 32 bytes in base64: "
                "python -c 'import base64,os; print(base64.b64encode(os.urandom(32)).decode())'",
            )
        self._reference_key = derived(key, b"subject-reference")
        self._request_key = derived(key, b"request-digest")
        self.ring = ring_of(parse_keys(sealing_keys), CipherName(cipher), key)

    def reference(self, id_type: str, id_no: str) -> str:
        """The reference (主体引用) of a natural person: 41 characters, the same for the same number and deployment."""
        digest = hmac.new(self._reference_key, f"{id_type}:{id_no}".encode(), sha256)
        return "P" + digest.hexdigest().upper()[:40]

    def digest(self, content: bytes) -> bytes:
        """32 bytes that tell whether a request is the same; without the key nobody can try numbers against them."""
        return hmac.new(self._request_key, content, sha256).digest()

    def seal(self, text: str, place: Place) -> bytes:
        """Encrypt a text for keeping in one place; twice the same text gives different bytes."""
        return self.ring.seal(text.encode(), place)

    def open(self, sealed: bytes, place: Place) -> str:
        """The text that was sealed. Raises InvalidTag when bytes, key or place differ, UnknownKeyError without its key."""
        return self.ring.open(sealed, place).decode()

    def index(self, text: str) -> bytes:
        """The blind index (盲索引) to keep beside a sealed text."""
        return self.ring.index(text)

    def indexes(self, text: str) -> Sequence[bytes]:
        """The blind indexes a text may be kept under."""
        return self.ring.indexes(text)
