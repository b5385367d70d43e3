"""OIDC (单点登录): signing in at the deployment's identity provider by authorization code with PKCE.

The access token is what the services ask for; its signature, issuer and audience are checked as they check it.
Source: OpenID Connect Core 1.0 §3.1, RFC 7636, RFC 9207.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import httpx
import structlog

from console.web.settings import WebSettings
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)

_PATIENCE = 10.0
_RANDOM = 48
_LONGEST = 200
_WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in on its way (登录中): where to send the browser, and what must come back with it."""

    address: str
    state: str
    verifier: str


class Provider:
    """The identity provider as its description has it; read at the first sign-in, again after a failure."""

    def __init__(self, settings: WebSettings, issuer: str) -> None:
        self._settings = settings
        self._issuer = issuer
        self._discovery = settings.oidc_discovery or issuer.rstrip("/") + _WELL_KNOWN
        self._known: dict[str, Any] | None = None

    @property
    def there(self) -> bool:
        """Whether one is configured."""
        return bool(self._settings.oidc_client_id)

    async def begin(self, callback: str) -> Begun:
        """Where to send the browser. Refuses ``identity-provider-away`` (503)."""
        described = await self._described()
        state, verifier = secrets.token_urlsafe(_RANDOM), secrets.token_urlsafe(_RANDOM)
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": callback,
            "scope": self._settings.oidc_scope,
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        endpoint = described["authorization_endpoint"]
        return Begun(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", state, verifier)

    async def finish(self, callback: str, begun: Begun, came_back: Mapping[str, str]) -> str:
        """The access token. ``came_back``: the query the browser was sent back with.

        Refuses ``sign-in-failed`` and ``identity-provider-away`` (503).
        """
        described = await self._described()
        if came_back.get("iss", self._issuer) != self._issuer:
            raise failed("another issuer answered")
        if not secrets.compare_digest(came_back.get("state", "").encode(), begun.state.encode()):
            raise failed("the state is another's")
        if "code" not in came_back:
            raise failed(came_back.get("error", "no code")[:_LONGEST])
        told = await self._exchange(described["token_endpoint"], callback, came_back["code"], begun.verifier)
        if not isinstance(told.get("access_token"), str):
            raise failed(str(told.get("error", "no access token"))[:_LONGEST])
        return str(told["access_token"])

    async def _exchange(self, endpoint: str, callback: str, code: str, verifier: str) -> dict[str, Any]:
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback,
            "client_id": self._settings.oidc_client_id,
            "code_verifier": verifier,
        }
        secret = self._settings.oidc_client_secret.get_secret_value()
        known = (self._settings.oidc_client_id, secret) if secret else httpx.USE_CLIENT_DEFAULT
        try:
            async with _client() as client:
                answer = await client.post(endpoint, data=said, auth=known)
                told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(error) from error
        return told if isinstance(told, dict) else {}

    async def _described(self) -> dict[str, Any]:
        if self._known is None:
            try:
                async with _client() as client:
                    answer = await client.get(self._discovery)
                    told = answer.raise_for_status().json()
            except (httpx.HTTPError, ValueError) as error:
                raise self._away(error) from error
            if told.get("issuer") != self._issuer:
                raise self._away(f"issuer {told.get('issuer')}")
            self._known = told
        return self._known

    def _away(self, cause: object) -> Refusal:
        _log.warning("oidc.away", discovery=self._discovery, cause=repr(cause))
        return Refusal(
            code="identity-provider-away",
            zh="身份系统暂时没有答复，请稍候再登录；一直如此，请系统管理员查看日志中的 oidc.away",
            en="The identity provider does not answer; sign in again shortly, or have the administrator look for"
            " oidc.away in the log",
            status=503,
            retryable=True,
        )


def challenge_of(verifier: str) -> str:
    """S256 of a verifier (RFC 7636 §4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_PATIENCE, trust_env=False)


def failed(cause: str) -> Refusal:
    """The provider did not sign anybody in, or not for this sign-in (登录未完成)."""
    _log.warning("oidc.failed", cause=cause)
    return Refusal(
        code="sign-in-failed",
        zh="登录没有完成或已超时，请重新登录",
        en="Signing in was not finished or took too long; sign in again",
        status=400,
    )
