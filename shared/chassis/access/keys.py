"""The issuer's keys (签发者公钥): from the setting itself, a file or an address; never from a token.

File and address are read again when a token names a key nobody knows, at most once a minute: the issuer changes its keys
without a restart here, and a stranger with invented key ids causes no traffic.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from chassis.access.settings import AccessError
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)

_PAUSE = 60.0
_ANSWER = 5.0
_LARGEST = 256 * 1024
_SHORTEST_RSA = 2048
_CURVES = {"P-256", "Ed25519"}
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class IssuerKeys:
    """Key id → key. Shared secrets are no keys here: whoever verifies must not be able to sign."""

    def __init__(self, source: str, clock: Callable[[], float] = monotonic) -> None:
        self._source = source.strip()
        self._clock = clock
        self._known: dict[str, Key] = {}
        self._read_at: float | None = None
        self._turn = asyncio.Lock()
        self._remote = urlsplit(self._source).scheme in {"http", "https"}
        if self._remote:
            _must_be_private(self._source)
        else:
            self._known = _keys_of(self._local())

    async def find(self, kid: str) -> Key | None:
        """The key, None when the issuer has none of that id. Refuses ``keys-away`` (503) while they cannot be read."""
        if kid in self._known or self._source.startswith("{"):
            return self._known.get(kid)
        async with self._turn:
            if kid not in self._known and self._due():
                await self._read()
        if not self._known:
            raise _away()
        return self._known.get(kid)

    def _due(self) -> bool:
        return self._read_at is None or self._clock() - self._read_at >= _PAUSE

    async def _read(self) -> None:
        self._read_at = self._clock()
        try:
            told = await self._fetched() if self._remote else await asyncio.to_thread(self._local)
            self._known = _keys_of(told)
        except (httpx.HTTPError, AccessError) as error:
            _log.warning("access.keys-away", cause=repr(error))

    async def _fetched(self) -> str:
        async with httpx.AsyncClient(timeout=_ANSWER, follow_redirects=False) as client:
            answer = await client.get(self._source)
        answer.raise_for_status()
        return answer.text

    def _local(self) -> str:
        if self._source.startswith("{"):
            return self._source
        try:
            return Path(self._source).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise AccessError(
                f"无法读取 SHENGUAN_OIDC_JWKS 指定的文件 {self._source} / the file SHENGUAN_OIDC_JWKS names cannot be read"
                f" ({error})"
            ) from error


def _keys_of(text: str) -> dict[str, Key]:
    if len(text) > _LARGEST:
        raise _not_a_set("too large")
    try:
        document = json.loads(text)
        keys = KeySet.import_key_set({"keys": [_public(each) for each in document["keys"]]})
    except (ValueError, KeyError, TypeError, JoseError) as error:
        raise _not_a_set(repr(error)) from error
    return {key.kid: key for key in keys if key.kid and _sound(key)}


def _public(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a private key has more: we verify, we do not sign."""
    return {
        name: value for name, value in jwk.items() if name not in {"d", "p", "q", "dp", "dq", "qi", "oth", "key_ops"}
    }


def _sound(key: Key) -> bool:
    if key.get("use", "sig") != "sig":
        return False
    if isinstance(key, RSAKey):
        return key.raw_value.key_size >= _SHORTEST_RSA
    return isinstance(key, ECKey | OKPKey) and key.get("crv") in _CURVES


def _must_be_private(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise AccessError(
            f"SHENGUAN_OIDC_JWKS 应为 https 地址：{address} / SHENGUAN_OIDC_JWKS must be an https address: anybody on the"
            " way could put keys of their own in its place"
        )


def _not_a_set(cause: str) -> AccessError:
    return AccessError(f"SHENGUAN_OIDC_JWKS 不是合法的 JWK 集合 / SHENGUAN_OIDC_JWKS is no JWK set ({cause})")


def _away() -> Refusal:
    return Refusal(
        code="keys-away",
        zh="暂时取不到身份系统的公钥，请稍后重试",
        en="The identity provider's keys cannot be had at the moment; try again shortly",
        status=503,
        retryable=True,
    )
