"""Trusted keys (可信公钥): whose public key is believed, from when to when.

Several keys of one service may be valid at once: that is how a key is changed. The file is read again when a key is
not in it, so that nobody restarts three services for a new key.
"""

from base64 import b64decode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

import msgspec

from chassis.signing.signer import verifier_of
from chassis.signing.statement import fingerprint


class DistrustError(Exception):
    """A signature that is not believed (签名不可信).

    ``cause``: ``unsigned``, ``unknown-key``, ``expired-key``, ``wrong-signer`` or ``bad-signature``.
    """

    def __init__(self, cause: str, zh: str, en: str) -> None:
        super().__init__(f"{cause}: {en}")
        self.cause = cause
        self.zh = zh
        self.en = en


class PublicKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One public key as the file of trusted keys holds it (公钥)."""

    service: str
    algorithm: str
    public_key: str
    """Raw, base64."""
    valid_from: datetime | None = None
    """From when its signatures are believed; always when missing. Aware."""
    valid_to: datetime | None = None
    """Until when, exclusive; for ever when missing. Aware."""
    region: str = ""
    """The deployment (区划) it speaks for, as ``ce-source`` names it; any when missing: there is only one."""

    @property
    def key_id(self) -> str:
        """The fingerprint."""
        return fingerprint(self.algorithm, b64decode(self.public_key, validate=True))


@dataclass(frozen=True, slots=True)
class _Believed:
    key: PublicKey
    verifies: Callable[[bytes, bytes], bool] = field(repr=False)


class Trusted:
    """The public keys a deployment believes."""

    def __init__(self, keys: Iterable[PublicKey], *, source: Path | None = None) -> None:
        self._source = source
        self._stamp = _stamp(source)
        self._keys = _by_id(keys)

    @classmethod
    def of(cls, setting: str) -> Self:
        """The keys a setting names: the path of a JSON file, or that JSON itself.

        Raises:
            ValueError: not a JSON list of keys, or a key that is none.
        """
        if setting.lstrip().startswith("["):
            return cls(_read(setting.encode()))
        path = Path(setting)
        try:
            return cls(_read(path.read_bytes()), source=path)
        except OSError as missing:
            raise ValueError(
                f"SHENGUAN_TRUSTED_KEYS 应为公钥文件 / must name the file of public keys: {setting}"
            ) from missing

    def keys(self) -> Sequence[PublicKey]:
        """All of them, by service and age."""
        return sorted((b.key for b in self._keys.values()), key=lambda key: (key.service, str(key.valid_from or "")))

    def verify(
        self, key_id: str, algorithm: str, message: bytes, signature: bytes, *, service: str, at: datetime
    ) -> None:
        """Believe ``signature`` as the word of ``service`` at the real time ``at``.

        Raises:
            DistrustError: ``unknown-key``, ``wrong-signer``, ``expired-key`` or ``bad-signature``.
        """
        believed = self.believed(key_id, algorithm, service=service, at=at)
        if not believed(message, signature):
            raise DistrustError(
                "bad-signature", "签名不符，内容或签名被改动", "the signature does not fit what it signs"
            )

    def believed(
        self, key_id: str, algorithm: str, *, service: str, at: datetime, source: str | None = None
    ) -> Callable[[bytes, bytes], bool]:
        """The verifier of a key that may speak for ``service`` at ``at``. Raises DistrustError as ``verify`` does.

        ``source``: who the event says it is from, where it is an event (``/gov/640202/approval``).
        """
        found = self._keys.get(key_id) or self._again(key_id)
        if found is None:
            raise DistrustError(
                "unknown-key",
                f"公钥 {key_id} 不在 SHENGUAN_TRUSTED_KEYS 里，请加入后重投",
                f"the key {key_id} is not among SHENGUAN_TRUSTED_KEYS; add it, then redrive",
            )
        key = found.key
        if key.service != service or key.algorithm != algorithm:
            raise DistrustError(
                "wrong-signer",
                f"密钥 {key_id} 属于 {key.service}（{key.algorithm}），不能替 {service} 说话",
                f"the key {key_id} is of {key.service} ({key.algorithm}) and does not speak for {service}",
            )
        if source is not None and key.region and source != f"/gov/{key.region}/{service}":
            raise DistrustError(
                "wrong-signer",
                f"密钥 {key_id} 属于 {key.region} 的 {key.service}，不能替 {source} 说话",
                f"the key {key_id} is of {key.service} of {key.region} and does not speak for {source}",
            )
        if (key.valid_from and at < key.valid_from) or (key.valid_to and at >= key.valid_to):
            raise DistrustError(
                "expired-key",
                f"密钥 {key_id} 不在有效期内，核实来源后延长有效期再重投",
                f"the key {key_id} is not valid now; see where this came from, extend its validity, then redrive",
            )
        return found.verifies

    def _again(self, key_id: str) -> _Believed | None:
        stamp = _stamp(self._source)
        if self._source is None or stamp == self._stamp:
            return None
        try:
            self._keys = _by_id(_read(self._source.read_bytes()))
        except (OSError, ValueError):
            return None  # half a file is no news; what was believed stays
        self._stamp = stamp
        return self._keys.get(key_id)


def _read(content: bytes) -> list[PublicKey]:
    return msgspec.json.decode(content, type=list[PublicKey])


def _by_id(keys: Iterable[PublicKey]) -> dict[str, _Believed]:
    found: dict[str, _Believed] = {}
    for key in keys:
        for bound in (key.valid_from, key.valid_to):
            if bound and bound.tzinfo is None:
                raise ValueError(f"{key.service}: 有效期须带时区 / validity needs a zone: {bound}")
        verifies = verifier_of(key.algorithm, b64decode(key.public_key, validate=True))
        found[key.key_id] = _Believed(key, verifies)
    return found


def _stamp(source: Path | None) -> tuple[int, int] | None:
    try:
        stat = source.stat() if source else None
    except OSError:
        return None
    return (stat.st_mtime_ns, stat.st_ino) if stat else None
