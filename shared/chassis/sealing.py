"""Sealing (加密存放): personal data at rest, AES-256-GCM or SM4-GCM behind one interface, the key's id in the bytes.

``SGS1`` + algorithm + key id + nonce + text and tag, bound to table, column and row: bytes moved to another row do not
open. SM4 here is software of a general library, not a certified cryptographic module (非商用密码认证产品).
"""

import hmac
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from re import ASCII, fullmatch
from secrets import token_bytes
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher as OpenSslCipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.sealed import Place

MARK = b"SGS1"
"""What sealed bytes begin with; bytes without it are of the time before key ids."""
KEY_BYTES = 32
_NONCE_BYTES, _TAG_BYTES, _INDEX_BYTES = 12, 16, 16
_LENGTH_AT, _KEY_AT = len(MARK) + 1, len(MARK) + 2
_KEY_ID = r"[a-z0-9][a-z0-9-]{0,15}"


class UnknownKeyError(LookupError):
    """Sealed with a key this deployment does not have (密钥不在): put it back into SHENGUAN_SEALING_KEYS."""


class CipherName(StrEnum):
    """密码算法."""

    AES_GCM = "AES-256-GCM"
    SM4_GCM = "SM4-GCM"


class Cipher(Protocol):
    """One authenticated cipher under one key. ``bound`` is authenticated and not kept."""

    def seal(self, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        """The text with its tag."""
        ...

    def open(self, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        """The plain bytes. Raises InvalidTag when bytes, key or ``bound`` differ."""
        ...


class AesGcm:
    """AES-256-GCM."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(derived(key, b"seal:aes-256-gcm"))

    def seal(self, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        """The text with its tag."""
        return self._aead.encrypt(nonce, plain, bound)

    def open(self, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        """The plain bytes. Raises InvalidTag."""
        return self._aead.decrypt(nonce, sealed, bound)


class Sm4Gcm:
    """SM4-GCM, GB/T 32907-2016."""

    def __init__(self, key: bytes) -> None:
        self._key = derived(key, b"seal:sm4-gcm")[:16]

    def seal(self, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
        """The text with its tag."""
        working = OpenSslCipher(SM4(self._key), GCM(nonce)).encryptor()
        working.authenticate_additional_data(bound)
        return working.update(plain) + working.finalize() + working.tag

    def open(self, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        """The plain bytes. Raises InvalidTag."""
        working = OpenSslCipher(SM4(self._key), GCM(nonce, sealed[-_TAG_BYTES:])).decryptor()
        working.authenticate_additional_data(bound)
        return working.update(sealed[:-_TAG_BYTES]) + working.finalize()


_CIPHERS: Mapping[CipherName, tuple[int, type[AesGcm | Sm4Gcm]]] = {
    CipherName.AES_GCM: (1, AesGcm),
    CipherName.SM4_GCM: (2, Sm4Gcm),
}
_BY_NUMBER = {number: name for name, (number, _) in _CIPHERS.items()}


@dataclass(frozen=True, slots=True)
class Header:
    """What sealed bytes say of themselves."""

    algorithm: CipherName
    key_id: str
    length: int

    @classmethod
    def of(cls, sealed: bytes) -> "Header | None":
        """None: bytes of the time before key ids."""
        if len(sealed) <= _KEY_AT or not sealed.startswith(MARK) or sealed[len(MARK)] not in _BY_NUMBER:
            return None
        end = _KEY_AT + sealed[_LENGTH_AT]
        key_id = sealed[_KEY_AT:end].decode("ascii", "replace")
        return cls(_BY_NUMBER[sealed[len(MARK)]], key_id, end) if fullmatch(_KEY_ID, key_id) else None

    @property
    def content(self) -> bytes:
        """As it stands in front of the nonce."""
        return MARK + bytes([_CIPHERS[self.algorithm][0], len(self.key_id)]) + self.key_id.encode()


class KeyRing:
    """The sealing keys of a deployment (密钥环): one is active, the others still open what they sealed.

    ``before``: how bytes without a header are opened. Raises ValueError when there is no key.
    """

    def __init__(self, keys: Mapping[str, bytes], cipher: CipherName, before: AESGCM) -> None:
        if not keys:
            raise ValueError("there is no sealing key")
        self._keys = dict(keys)
        self._before = before
        self._ciphers = {(name, of): made(key) for of, key in keys.items() for name, (_, made) in _CIPHERS.items()}
        self.active = next(iter(self._keys))
        self._header = Header(cipher, self.active, _KEY_AT + len(self.active))
        self._index_keys = {of: derived(key, b"blind-index") for of, key in self._keys.items()}

    @property
    def ids(self) -> Sequence[str]:
        """The keys, the active one first."""
        return tuple(self._keys)

    @property
    def prefix(self) -> bytes:
        """What everything sealed now begins with."""
        return self._header.content

    def seal(self, plain: bytes, place: Place) -> bytes:
        """Encrypt for one place; twice the same gives different bytes."""
        nonce = token_bytes(_NONCE_BYTES)
        cipher = self._ciphers[self._header.algorithm, self.active]
        return self.prefix + nonce + cipher.seal(nonce, plain, self.prefix + place.bound)

    def open(self, sealed: bytes, place: Place) -> bytes:
        """What was sealed. Raises InvalidTag when bytes or place differ, UnknownKeyError without its key."""
        header = Header.of(sealed)
        if header is None:
            return self._before.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        cipher = self._ciphers.get((header.algorithm, header.key_id))
        if cipher is None:
            raise UnknownKeyError(f"sealed with the key {header.key_id}, which SHENGUAN_SEALING_KEYS does not have")
        start = header.length + _NONCE_BYTES
        nonce, text = sealed[header.length : start], sealed[start:]
        return cipher.open(nonce, text, sealed[: header.length] + place.bound)

    def index(self, text: str) -> bytes:
        """The blind index (盲索引) of a text under the active key: 16 bytes that say nothing without it."""
        return self._indexed(self.active, text)

    def indexes(self, text: str) -> list[bytes]:
        """The same under every key of the ring: what to look for while a rotation is under way."""
        return [self._indexed(of, text) for of in self._keys]

    def _indexed(self, of: str, text: str) -> bytes:
        return hmac.new(self._index_keys[of], text.encode(), sha256).digest()[:_INDEX_BYTES]


def ring_of(keys: Mapping[str, bytes], cipher: CipherName, deployment: bytes) -> KeyRing:
    """The ring of a deployment: the given keys, then the one derived from the deployment key, id ``identity``."""
    ring = {**keys, "identity": derived(deployment, b"sealing")}
    return KeyRing(ring, cipher, AESGCM(derived(deployment, b"subject-number")))


def parse_keys(written: str) -> dict[str, bytes]:
    """``2026a:base64,2025b:base64`` (the first is active), or ``@file`` with one a line.

    Raises ValueError saying what is wrong; it never repeats a key.
    """
    if written.startswith("@"):
        written = Path(written[1:]).read_text(encoding="utf-8")
    keys: dict[str, bytes] = {}
    for entry in filter(None, (each.strip() for each in written.replace("\n", ",").split(","))):
        key_id, _, encoded = entry.partition(":")
        try:
            key = b64decode(encoded.strip(), validate=True)
        except Base64Error:
            key = b""
        if not fullmatch(_KEY_ID, key_id, ASCII) or key_id == "identity" or key_id in keys or len(key) != KEY_BYTES:
            raise ValueError(
                f"SHENGUAN_SEALING_KEYS 第 {len(keys) + 1} 项应为 编号:32 字节的 base64，编号不重复、不为 identity / "
                f"entry {len(keys) + 1} is not id:32 bytes in base64 with an id of its own other than identity",
            )
        keys[key_id] = key
    return keys


def derived(key: bytes, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose (HKDF-SHA-256), so that no two uses share a key."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=purpose).derive(key)
