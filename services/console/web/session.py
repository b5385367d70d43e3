"""Session (会话): who is signed in, in a cookie only this deployment can read; the server keeps nothing.

The cookie is a JWE under a key derived from the deployment's identity key. It ends with the token inside it.
"""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Scope

COOKIE = "shenguan_session"
_KEPT = "shenguan.session"
_EVERY = "*"
_HEADER = {"alg": "dir", "enc": "A256GCM"}
_PIECE = 3500
"""Characters of one cookie; browsers keep 4,096 bytes of each."""
_PIECES = 5


@dataclass(frozen=True, kw_only=True)
class Session:
    """会话. ``roles`` and ``departments`` are for what a page offers; what is allowed the token alone decides."""

    token: str
    until: float
    """When the token ends, seconds since 1970."""
    person: str
    name: str = ""
    """What the identity provider calls the person; empty when it does not say. For the page alone."""
    roles: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    forms: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """What every form of this session carries: no other site can know it."""


class Vault:
    """Seals what cookies hold. ``key``: 32 bytes of this purpose alone."""

    def __init__(self, key: bytes, *, secure: bool) -> None:
        self._key = OctKey.import_key(key)
        self._secure = secure

    def seal(self, content: Mapping[str, Any]) -> str:
        """A text nobody else can read or make."""
        return jwe.encrypt_compact(_HEADER, json.dumps(content).encode(), self._key)

    def open(self, sealed: str) -> dict[str, Any] | None:
        """What was sealed; None for anything else."""
        try:
            opened: Any = json.loads(jwe.decrypt_compact(sealed, self._key).plaintext or b"")
        except (JoseError, ValueError):
            return None
        return opened if isinstance(opened, dict) else None

    def session(self, scope: Scope) -> Session | None:
        """The session a request comes with; None without one, or when it has ended."""
        cookies = HTTPConnection(scope).cookies
        sealed = "".join(cookies.get(_name(number), "") for number in range(_PIECES))
        content = self.open(sealed) if sealed else None
        if content is None or content.get("until", 0) <= time.time():
            return None
        try:
            return Session(**{**content, **{name: tuple(content[name]) for name in ("roles", "departments")}})
        except (TypeError, KeyError):
            return None

    def begin(self, answer: Response, session: Session) -> None:
        """Sign in: the answer carries the session."""
        sealed = self.seal(asdict(session))
        pieces = [sealed[at : at + _PIECE] for at in range(0, len(sealed), _PIECE)]
        for number in range(_PIECES):
            if number < len(pieces):
                self.keep(answer, _name(number), pieces[number], max(0, int(session.until - time.time())))
            elif number:
                answer.delete_cookie(_name(number))

    def end(self, answer: Response) -> None:
        """Sign out."""
        for number in range(_PIECES):
            answer.delete_cookie(_name(number))

    def keep(self, answer: Response, name: str, value: str, seconds: int) -> None:
        """A cookie no script reads and no other site sends along with what it posts."""
        answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=self._secure)


def carry(scope: Scope, session: Session | None) -> None:
    """The request is of this session."""
    scope[_KEPT] = session


def carried(scope: Scope) -> Session | None:
    """Whose session the request is of."""
    return scope.get(_KEPT)


def departments_of(request: Request) -> list[str]:
    """The departments of who is signed in; none for who has every one."""
    session = carried(request.scope)
    return [] if session is None or _EVERY in session.departments else list(session.departments)


def _name(number: int) -> str:
    return COOKIE if number == 0 else f"{COOKIE}_{number}"
