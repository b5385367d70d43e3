"""Tokens (令牌): a signed statement of the issuer about who asks; what it says becomes the principal.

Only the algorithms named here, only keys the issuer's set has, only our audience, by the machine's real clock: the stack's
clock can be moved and must not revive a token. A token that was good is known by its hash until it ends.
"""

import binascii
import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any, Protocol

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry

from chassis.access.keys import IssuerKeys
from chassis.access.principal import Principal, PrincipalKind
from chassis.access.settings import OidcSettings
from kernel.refusal import Refusal
from kernel.role import Role, require_separated

ALGORITHMS = {"ES256": "EC", "RS256": "RSA", "Ed25519": "OKP", "EdDSA": "OKP"}
"""算法 → the kind of key it takes: a public key is never a shared secret."""
LARGEST = 8 * 1024
_LONGEST_ID = 64
_LONGEST_KID = 128
_MOST_KNOWN = 10_000


class Authentication(Protocol):
    """What turns a credential into a principal. Refuses ``not-signed-in`` (401)."""

    async def __call__(self, credential: str) -> Principal:
        """Who that is."""


class _Registry(JWSRegistry):
    """EdDSA is the usual name still (RFC 9864 has a new one): no warning at every token."""

    def get_alg(self, name: str) -> Any:
        """The algorithm, when it is one of ours."""
        return self.algorithms[name] if name in ALGORITHMS else super().get_alg(name)


_REGISTRY = _Registry(algorithms=list(ALGORITHMS))


class Tokens:
    """The verifier of one process."""

    def __init__(
        self, settings: OidcSettings, keys: IssuerKeys | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._settings = settings
        self._keys = keys or IssuerKeys(settings.jwks)
        self._now = now
        self._known: dict[bytes, tuple[Principal, float]] = {}
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(self._now()),
            leeway=settings.leeway_seconds,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            iat={"essential": True},
        )

    async def __call__(self, credential: str) -> Principal:
        """Who the token speaks of. Refuses ``not-signed-in`` (401), ``roles-not-separated`` (403), ``keys-away`` (503)."""
        if len(credential) > LARGEST:
            raise not_signed_in("令牌过长", "the token is too long")
        digest = sha256(credential.encode("utf-8", errors="surrogatepass")).digest()
        known = self._known.get(digest)
        if known and self._now() < known[1]:
            return known[0]
        claims = await self._verified(credential)
        principal = principal_of(claims, self._settings)
        self._keep(digest, principal, float(claims["exp"]))
        return principal

    async def _verified(self, credential: str) -> Mapping[str, Any]:
        header = _header(credential)
        algorithm, kid = header.get("alg"), header.get("kid")
        if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            raise not_signed_in("令牌的签名算法不被接受", "its signature algorithm is not accepted")
        if not isinstance(kid, str) or len(kid) > _LONGEST_KID:
            raise not_signed_in("令牌没有指明密钥", "it names no key")
        key = await self._keys.find(kid)
        if key is None or not _fits(key, algorithm):
            raise not_signed_in("令牌不是由所信任的身份系统签发", "it is not of the identity provider trusted here")
        try:
            token = jwt.decode(credential, key, algorithms=[algorithm], registry=_REGISTRY)
            self._claims.validate(token.claims)
        except (JoseError, ValueError, OverflowError) as error:
            raise _not_good(error) from error
        return token.claims

    def _keep(self, digest: bytes, principal: Principal, until: float) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known = {key: kept for key, kept in self._known.items() if kept[1] > self._now()}
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[digest] = (principal, until)


def principal_of(claims: Mapping[str, Any], settings: OidcSettings) -> Principal:
    """访问者 of verified claims. Refuses ``not-signed-in`` and ``roles-not-separated``."""
    person = _claim(claims, settings.person_claim)
    if not isinstance(person, str) or not 0 < len(person) <= _LONGEST_ID or not person.isprintable():
        raise not_signed_in("令牌没有写明是谁", "it does not say who that is")
    roles = frozenset(Role(name) for name in _names(_claim(claims, settings.roles_claim)) if name in Role.__members__)
    require_separated(roles)
    return Principal(
        id=person,
        kind=_kind(_claim(claims, settings.kind_claim)),
        roles=roles,
        regions=frozenset(_names(_claim(claims, settings.regions_claim))),
        departments=frozenset(_names(_claim(claims, settings.departments_claim))),
    )


def not_signed_in(zh: str = "", en: str = "") -> Refusal:
    """Nobody we know (未登录); the sentence says what is wrong with what was shown."""
    return Refusal(
        code="not-signed-in",
        zh=f"{zh or '没有登录'}，请重新登录后以 Authorization: Bearer 提交令牌",
        en=f"You are not signed in ({en or 'no token'}); sign in and send the token as Authorization: Bearer",
        status=401,
    )


def _header(credential: str) -> Mapping[str, Any]:
    first = credential.partition(".")[0]
    try:
        header = json.loads(urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise not_signed_in("提交的不是令牌", "what was sent is no token") from error
    if not isinstance(header, dict):
        raise not_signed_in("提交的不是令牌", "what was sent is no token")
    return header


def _fits(key: Key, algorithm: str) -> bool:
    return key.key_type == ALGORITHMS[algorithm] and key.get("alg", algorithm) == algorithm


def _not_good(error: Exception) -> Refusal:
    if getattr(error, "error", "") == "expired_token":
        return not_signed_in("令牌已过期", "the token has expired")
    return not_signed_in("令牌不被接受", "the token is not accepted")


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by its name, or step by step along the dots."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _names(said: Any) -> Iterable[str]:
    if isinstance(said, str):
        return said.split()
    # An empty name would stand for everything where a region is compared by how it begins.
    return [each for each in said if isinstance(each, str) and each] if isinstance(said, list) else []


def _kind(said: Any) -> PrincipalKind:
    if said is None or said == PrincipalKind.PERSON:
        return PrincipalKind.PERSON
    if said == PrincipalKind.SYSTEM:
        return PrincipalKind.SYSTEM
    raise not_signed_in("令牌中的访问者类别无法识别", "it speaks of a kind nobody knows")
