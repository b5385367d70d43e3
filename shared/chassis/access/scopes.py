"""Scopes (范围): which department the touched object belongs to, and whether it is the principal's own business.

A scope is ``any``, ``all``, ``department:<place>``, ``person:<place>`` with a place such as ``body.department``, or the name
of a keyed look-up of the service (``queries/scopes.py``). What is unknown is nobody's: the handler answers that it is not
there.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

import asyncpg

from chassis.access.principal import Principal
from chassis.access.table import ALL, ANY
from chassis.database import Pool
from kernel.refusal import Refusal
from kernel.region import covers

_EVERY = "*"
_PLACES = ("path", "query", "body")
_CHECKS = ("department", "person")


@dataclass(frozen=True, slots=True)
class Lookup:
    """查找: one keyed statement that answers whose an object is; ``keys``: the places of its parameters, in order."""

    sql: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a request says (请求内容), as far as scopes look at it."""

    path: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    body: bytes = b""

    def at(self, place: str) -> list[str]:
        """Everything said at a place; a query may say a thing twice."""
        where, _, name = place.partition(".")
        if where == "path":
            return [self.path[name]] if name in self.path else []
        if where == "query":
            return [value for key, value in self.query if key == name]
        return _in_body(self.body, name)


def sound(scope: str, lookups: Mapping[str, Lookup]) -> bool:
    """Whether somebody can judge by this scope."""
    check, colon, place = scope.partition(":")
    where, dot, name = place.partition(".")
    return (
        scope in {ANY, ALL}
        or scope in lookups
        or bool(colon and dot and name and check in _CHECKS and where in _PLACES)
    )


def reads_body(scope: str, lookups: Mapping[str, Lookup]) -> bool:
    """Whether the body has to be read to judge."""
    places = lookups[scope].keys if scope in lookups else (scope.partition(":")[2],)
    return any(place.startswith("body.") for place in places)


def require_region(principal: Principal, region: str) -> None:
    """The principal's regions cover ``region`` (区划代码, the coarser contains the finer). Refuses ``other-region``."""
    if not any(covers(each, region) for each in principal.regions):
        raise Refusal(
            code="other-region",
            zh=f"无权办理区划 {region} 的业务；请向安全管理员申请该区划的权限",
            en=f"You have no rights in region {region}; ask the security administrator for them",
            status=403,
        )


def require_department(principal: Principal, departments: Sequence[str | None]) -> None:
    """One of the object's departments is the principal's. Refuses ``other-department`` (403)."""
    if _EVERY not in principal.departments and not principal.departments.intersection(d for d in departments if d):
        raise other_department()


def require_own(principal: Principal, owners: Sequence[str | None]) -> None:
    """The object is the principal's own business. Refuses ``not-yourself`` (403)."""
    if not owners or any(owner != principal.id for owner in owners):
        raise Refusal(
            code="not-yourself",
            zh="只能查看和办理本人（本企业）的事项",
            en="You may see and do only what is your own",
            status=403,
        )


def other_department() -> Refusal:
    """Another department's business (其他部门的业务)."""
    return Refusal(
        code="other-department",
        zh="这是其他部门的业务；请由该部门的人员办理，或在查询中以 department 指明本部门",
        en="This is another department's; have its people do it, or name a department of yours in `department`",
        status=403,
    )


def narrowed(principal: Principal, query: Sequence[tuple[str, str]], name: str) -> bytes:
    """The query string with the department the principal has, where it named none and has one."""
    (only,) = principal.departments if len(principal.departments) == 1 else (None,)
    if only is None:
        raise other_department()
    return urlencode([*query, (name, only)]).encode("ascii")


async def owners_of(lookup: Lookup, said: Said, pool: Callable[[], Pool]) -> list[str | None] | None:
    """Whose it is; None when there is no such object, or what was said is no key."""
    keys = [value for place in lookup.keys for value in said.at(place)]
    if len(keys) != len(lookup.keys):
        return None
    try:
        rows = await pool().fetch(lookup.sql, *keys)
    except (asyncpg.DataError, asyncpg.PostgresSyntaxError, UnicodeError):
        return None
    return [row[0] for row in rows] or None


def query_of(query_string: bytes) -> list[tuple[str, str]]:
    """The pairs of a query string, empty values too."""
    return parse_qsl(query_string.decode("latin-1"), keep_blank_values=True)


def _in_body(body: bytes, name: str) -> list[str]:
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        return []
    said = document.get(name) if isinstance(document, dict) else None
    return [said] if isinstance(said, str) else []
