"""The holder of a key (密钥持有者): a bureau's system, and the little of the service its key opens."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.access.principal import Principal, PrincipalKind, present
from chassis.access.refused import refused
from chassis.database import Pool
from chassis.keys.secret import PREFIX, belongs, parted
from chassis.problems import problem_response
from kernel.clock import china_day
from kernel.refusal import Refusal
from kernel.role import Role

Authenticate = Callable[[str], Awaitable[Principal]]
_FIND = (
    "SELECT digest, scopes, source_systems, regions, departments, expires_on, revoked FROM api_key WHERE key_id = $1"
)
_NOTE_USE = "INSERT INTO api_key_use (key_id, used_on) VALUES ($1, $2) ON CONFLICT DO NOTHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHolder(Principal):
    """密钥持有者: a principal bounded by the scopes of its key as well."""

    scopes: frozenset[str]
    source_systems: frozenset[str]

    def may(self, method: str, path: str) -> bool:
        """Whether a scope opens this: the path itself, what stands below it, and its verbs."""
        said = {("GET" if method == "HEAD" else method), "*"}
        opened = [scope.partition(" ")[2] for scope in self.scopes if scope.partition(" ")[0] in said]
        return any(path == each or path.startswith((f"{each}/", f"{each}:")) for each in opened)


class ApiKeys:
    """Tells who a key belongs to. Revoking works at once where it is known: nothing is remembered here."""

    def __init__(self, pool: Callable[[], Pool]) -> None:
        self._pool = pool
        self._noted: set[tuple[str, date]] = set()

    async def authenticate(self, credential: str) -> Principal:
        """The holder. Refuses ``api-key-unknown``, ``api-key-revoked``, ``api-key-expired`` (401).

        Only who has the secret learns that a key was revoked or expired.
        """
        key_id, secret = parted(credential) or ("", "")
        found = await self._pool().fetchrow(_FIND, key_id) if key_id else None
        if found is None or not belongs(secret, found["digest"]):
            raise _refused(
                "unknown", "接口密钥无效，请核对后重试，或请安全管理员另发", "is not known; check it or ask for another"
            )
        today = china_day(datetime.now(UTC))  # never the stack's clock, which may be moved
        if found["revoked"]:
            raise _refused(
                "revoked", "接口密钥已撤销，请安全管理员另发", "was revoked; ask the security administrator for another"
            )
        if today > found["expires_on"]:
            raise _refused(
                "expired", "接口密钥已过期，请安全管理员另发", "has expired; ask the security administrator for another"
            )
        await self._note_use(key_id, today)
        return KeyHolder(
            id=f"key:{key_id}",
            kind=PrincipalKind.SYSTEM,
            roles=frozenset({Role.BUREAU_SYSTEM}),
            regions=frozenset(found["regions"]),
            departments=frozenset(found["departments"]),
            scopes=frozenset(found["scopes"]),
            source_systems=frozenset(found["source_systems"]),
        )

    async def _note_use(self, key_id: str, today: date) -> None:
        if (key_id, today) not in self._noted:
            await self._pool().execute(_NOTE_USE, key_id, today)
            self._noted = {(key, day) for key, day in self._noted if day == today} | {(key_id, today)}


class Credentials:
    """``Authentication``: a key is known by how it begins, everything else is a token of the issuer."""

    def __init__(self, tokens: Authenticate, keys: Authenticate) -> None:
        self._tokens = tokens
        self._keys = keys

    async def __call__(self, credential: str) -> Principal:
        """Who that is. Refuses what either refuses."""
        return await (self._keys if credential.startswith(PREFIX) else self._tokens)(credential)


class KeyScopes:
    """ASGI middleware, inside of what finds out who is asking: a key opens its scopes and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, or refuse ``outside-key-scope`` (403)."""
        principal = present()
        if isinstance(principal, KeyHolder) and not principal.may(scope["method"], scope["path"]):
            refusal = _outside(scope["method"], scope["path"])
            refused(principal, refusal.code)
            await problem_response(refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def require_source(source_system: str) -> None:
    """The present caller may send for this 来源系统. Refuses ``source-not-allowed`` (403)."""
    principal = present()
    if isinstance(principal, KeyHolder) and source_system not in principal.source_systems:
        refused(principal, "source-not-allowed")
        raise Refusal(
            code="source-not-allowed",
            zh=f"此接口密钥不得代 {source_system} 提交，请改用该系统自己的密钥",
            en=f"This API key may not send for {source_system}; use that system's own key",
            status=403,
        )


def _outside(method: str, path: str) -> Refusal:
    return Refusal(
        code="outside-key-scope",
        zh=f"此接口密钥的范围不含 {method} {path}，请安全管理员另发范围合适的密钥",
        en=f"The scopes of this API key do not include {method} {path}; ask for a key with a fitting one",
        status=403,
    )


def _refused(why: str, zh: str, en: str) -> Refusal:
    return Refusal(code=f"api-key-{why}", zh=zh, en=f"The API key {en}", status=401)
