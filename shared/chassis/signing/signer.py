"""Signer (签名人): a private key that signs what its service says, and the public key that answers for it."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis.signing.statement import ED25519, HASHES, SM2, fingerprint

KEY_BYTES = 32


class Signer(Protocol):
    """Signs for one service; an HSM or a certified module stands behind the same four."""

    @property
    def algorithm(self) -> str:
        """``ed25519`` or ``sm2-sm3``."""
        ...

    @property
    def key_id(self) -> str:
        """The fingerprint of the public key, 22 characters."""
        ...

    @property
    def public_key(self) -> bytes:
        """The public key, raw."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over ``message``, 64 bytes."""
        ...


class Ed25519Signer:
    """Ed25519 (RFC 8032) with the machine's own cryptography."""

    algorithm = ED25519

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes_raw()
        self.key_id = fingerprint(ED25519, self.public_key)

    def sign(self, message: bytes) -> bytes:
        """The signature over ``message``, 64 bytes."""
        return self._key.sign(message)


def signer_of(setting: str) -> Signer:
    """The signer a setting names: ``[algorithm:]`` and 32 bytes in base64, or the path of a file that holds them.

    Raises:
        ValueError: it is neither; the message says what is expected and never what was found.
    """
    text = setting.strip()
    if "/" in text and Path(text).is_file():
        text = Path(text).read_text(encoding="ascii").strip()
    algorithm, _, coded = text.rpartition(":")
    try:
        seed = b64decode(coded, validate=True)
    except (Base64Error, ValueError):
        seed = b""
    if len(seed) != KEY_BYTES or algorithm not in {"", *HASHES}:
        raise ValueError(
            "SHENGUAN_<SERVICE>_SIGNING_KEY 应为 32 字节的 base64 或存放它的文件，SM2 前面加 sm2-sm3: / must be 32 bytes in "
            "base64 or a file with them, for SM2 with sm2-sm3: before: shenguan keys new",
        )
    return signer_with(algorithm or ED25519, seed)


def signer_with(algorithm: str, seed: bytes) -> Signer:
    """The signer of 32 secret bytes."""
    if algorithm == ED25519:
        return Ed25519Signer(seed)
    made: Signer = _sm2().Sm2Signer(seed)
    return made


def _sm2() -> Any:
    try:
        return import_module("chassis.signing.sm2")
    except ModuleNotFoundError as missing:
        raise ValueError("SM2 需要可选依赖 / SM2 needs the optional extra: pip install 'shenguan[sm2]'") from missing


def written(algorithm: str, seed: bytes) -> str:
    """The same key as a setting or a file holds it."""
    return f"{algorithm}:{b64encode(seed).decode('ascii')}"


def verifier_of(algorithm: str, public_key: bytes) -> Callable[[bytes, bytes], bool]:
    """(message, signature) → whether the owner of the public key signed it.

    Raises:
        ValueError: an unknown algorithm, or bytes that are no public key of it.
    """
    if algorithm == SM2:
        made: Callable[[bytes, bytes], bool] = _sm2().verifier_of(public_key)
        return made
    if algorithm != ED25519:
        raise ValueError(f"unknown signature algorithm: {algorithm}")
    key = Ed25519PublicKey.from_public_bytes(public_key)

    def verifies(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return verifies
