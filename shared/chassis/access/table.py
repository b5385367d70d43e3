"""Access table (权限表): every route of a service and who may use it, as data beside the code.

``access.toml`` groups routes that share roles and scope. A route without a row, or a row without a route, is a mistake:
the service does not start (``require_complete``).
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.access.principal import Principal
from chassis.access.settings import AccessError
from kernel.refusal import Refusal
from kernel.role import Role

PUBLIC, SIGNED = "public", "signed"
"""Rows that ask nobody who they are: pages for everybody, and requests that are signed themselves (webhooks)."""
ANY, ALL = "any", "all"
"""Scopes (范围) without an object: whoever has the role; only who has every department."""
_OWN = Path(__file__).parent / "access.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """一行: one method on one path. ``public`` rows ask nobody who they are; ``own``: where 企业 must find itself."""

    method: str
    path: str
    roles: frozenset[Role] = frozenset()
    public: bool = False
    scope: str = ANY
    own: str = ""

    def require_role(self, principal: Principal) -> frozenset[Role]:
        """Those of the principal's roles that open this route. Refuses ``not-allowed`` (403)."""
        opening = self.roles & principal.roles
        if not opening:
            needed = sorted(self.roles)
            raise Refusal(
                code="not-allowed",
                zh=f"无权使用此功能，需要以下角色之一：{'、'.join(needed)}；请向安全管理员申请",
                en=f"You may not do this; it takes one of the roles {', '.join(needed)}: ask the security administrator",
                status=403,
            )
        return opening


class AccessTable:
    """All rows of a service."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[tuple[str, str], Row] = {}
        for row in rows:
            if (row.method, row.path) in self._rows:
                raise AccessError(f"权限表中重复 / twice in the access table: {row.method} {row.path}")
            self._rows[row.method, row.path] = row

    @classmethod
    def of(cls, *files: Path) -> "AccessTable":
        """The table of these files and of the chassis' own routes. Raises AccessError where one is wrong."""
        return cls(row for file in (_OWN, *files) for row in _read(file))

    def row(self, method: str, path: str) -> Row | None:
        """The row of a route."""
        return self._rows.get((method, path))

    def scopes(self) -> set[str]:
        """Every scope some row names."""
        return {name for row in self._rows.values() for name in (row.scope, row.own) if name}

    def require_complete(self, routes: Iterable[tuple[str, str]]) -> None:
        """Every route has its row and every row its route. Raises AccessError naming them."""
        served = set(routes)
        bare, dead = sorted(served - self._rows.keys()), sorted(self._rows.keys() - served)
        if bare or dead:
            raise AccessError(
                f"权限表与路由不一致：缺 {_named(bare)}；多 {_named(dead)}；请改 access.toml / the access table is not what is"
                f" served: without a row {_named(bare)}; without a route {_named(dead)}; correct access.toml"
            )


def _read(file: Path) -> Iterable[Row]:
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    for group in document.get("rows", []):
        yield from _rows_of(group, file)


def _rows_of(group: Mapping[str, object], file: Path) -> Iterable[Row]:
    who, routes = group.get("who"), group.get("routes")
    if unknown := group.keys() - {"who", "scope", "own", "routes"}:
        raise AccessError(f"{file}: {', '.join(sorted(unknown))} ?")
    if not isinstance(routes, list) or not (who in (PUBLIC, SIGNED) or (isinstance(who, list) and who)):
        raise AccessError(f"{file}: 每组要有 who 与 routes / every group has who and routes: {group}")
    for route in routes:
        method, _, path = str(route).partition(" ")
        yield Row(
            method=method,
            path=path,
            roles=frozenset() if who in (PUBLIC, SIGNED) else _roles(who, file),
            public=who in (PUBLIC, SIGNED),
            scope=str(group.get("scope", ANY)),
            own=str(group.get("own", "")),
        )


def _roles(names: object, file: Path) -> frozenset[Role]:
    try:
        return frozenset(Role(name) for name in names if isinstance(names, list))  # type: ignore[attr-defined]
    except ValueError as unknown:
        raise AccessError(f"{file}: {unknown}") from unknown


def _named(routes: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{method} {path}" for method, path in routes) or "—"
