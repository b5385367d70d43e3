"""The gate (访问控制): the one place where every request is asked who it is for and whether that may be.

Before anything of the body is read by others: who is signed in, one of the row's roles, the region, the department or the
person of what is touched. What passes is done on behalf of its principal (``present()``).
"""

from collections.abc import Callable, Mapping

from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.access import scopes
from chassis.access.principal import NOBODY, Principal, on_behalf_of
from chassis.access.refused import asking, refused
from chassis.access.routes import Found, Routes
from chassis.access.scopes import Lookup, Said
from chassis.access.table import ALL, ANY, AccessTable, Row
from chassis.access.tokens import Authentication, not_signed_in
from chassis.audit.deed import present_deed
from chassis.database import Pool
from chassis.edge import whole_body
from chassis.problems import problem_response
from kernel.refusal import Refusal
from kernel.role import Role

_PASSED = "shenguan.access"
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_BEARER = "bearer"


class Gate:
    """ASGI middleware."""

    def __init__(
        self,
        app: ASGIApp,
        served: FastAPI,
        table: AccessTable,
        region: str,
        authentication: Authentication,
        lookups: Mapping[str, Lookup],
        pool: Callable[[], Pool],
    ) -> None:
        self._app = app
        self._served = served
        self._table = table
        self._region = region
        self._authentication = authentication
        self._lookups = lookups
        self._pool = pool
        self._routes: Routes | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it pass on behalf of its principal, or answer 401 or 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        found = self._found(method, scope["path"])
        path = found.path if found else ""
        row = self._table.row("GET" if method == "HEAD" else method, path)
        asking(method, path)
        present_deed().route = path
        principal = NOBODY
        try:
            if found and row and not row.public:
                principal = await self._signed_in(scope)
                receive = await self._judge(row, principal, found.places, scope, receive)
        except Refusal as refusal:
            if refusal.status in {_UNAUTHORIZED, _FORBIDDEN}:
                refused(principal, refusal.code)
            if found:  # for the audit, which asks the scope for both
                scope["route"], scope["path_params"] = found, found.places
            with on_behalf_of(principal):
                await _answer(refusal, scope, receive, send)
            return
        if found and row:
            scope[_PASSED] = found.endpoint
        present_deed().principal = principal  # known to the audit also when nobody inside answers
        with on_behalf_of(principal):
            await self._app(scope, receive, send)

    def _found(self, method: str, path: str) -> Found | None:
        if self._routes is None:
            self._routes = Routes(self._served)
        return self._routes.find(method, path)

    async def _signed_in(self, scope: Scope) -> Principal:
        said = [value for name, value in scope["headers"] if name == b"authorization"]
        if not said:
            raise not_signed_in()
        kind, _, credential = said[0].decode("latin-1").partition(" ")
        if len(said) > 1 or kind.lower() != _BEARER:
            raise not_signed_in("提交的不是令牌", "what was sent is no bearer token")
        return await self._authentication(credential.strip())

    async def _judge(
        self, row: Row, principal: Principal, places: Mapping[str, str], scope: Scope, receive: Receive
    ) -> Receive:
        """Answers from where the body is to be read. Refuses what the row does not allow this principal."""
        opening = row.require_role(principal)
        scopes.require_region(principal, self._region)
        own = bool(row.own) and opening == {Role.ENTERPRISE}
        judged = row.own if own else row.scope
        if judged == ANY or (not own and "*" in principal.departments and not judged.startswith("person:")):
            return receive
        if judged == ALL:
            raise scopes.other_department()
        body = b""
        if scopes.reads_body(judged, self._lookups):
            body = await whole_body.read(receive)
            receive = whole_body.again(body, receive)
        said = Said(path=places, query=scopes.query_of(scope["query_string"]), body=body)
        if judged in self._lookups:
            owners = await scopes.owners_of(self._lookups[judged], said, self._pool)
            if owners is not None:
                (scopes.require_own if own else scopes.require_department)(principal, owners)
            return receive
        self._judge_place(judged, principal, said, scope, own=own)
        return receive

    def _judge_place(self, judged: str, principal: Principal, said: Said, scope: Scope, *, own: bool) -> None:
        check, _, place = judged.partition(":")
        values = said.at(place)
        if own or (check == "person" and values and not _says_who_acts(principal)):
            scopes.require_own(principal, values)
        elif check == "department" and values:
            for value in values:
                scopes.require_department(principal, [value])
        elif check == "department" and place.startswith("query."):
            scope["query_string"] = scopes.narrowed(principal, said.query, place.partition(".")[2])


def judged(scope: Scope) -> bool:
    """Whether the gate let this request pass to a route."""
    return _PASSED in scope


async def passed(request: Request) -> None:
    """The route that answers is one the gate has judged; a second look, should they ever disagree."""
    if request.scope.get(_PASSED) is not request.scope["endpoint"]:
        raise Refusal(
            code="not-allowed", zh="此地址没有权限规定", en="Nothing says who may use this address", status=_FORBIDDEN
        )


def _says_who_acts(principal: Principal) -> bool:
    return bool(principal.roles & {Role.BUREAU_SYSTEM, Role.SYSTEM_ADMIN})


async def _answer(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    answer = problem_response(refusal)
    if refusal.status == _UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="shenguan"'
    await answer(scope, receive, send)
