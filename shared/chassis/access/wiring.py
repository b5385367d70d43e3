"""Wiring (接线): puts the gate before an application and tells its OpenAPI page who may use what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline

from chassis.access import scopes
from chassis.access.gate import Gate, passed
from chassis.access.routes import Routes
from chassis.access.scopes import Lookup
from chassis.access.settings import AccessError, OidcSettings
from chassis.access.table import AccessTable
from chassis.access.tokens import Tokens
from chassis.database import Pool
from chassis.keys.holder import ApiKeys, Credentials

_NO_SPANS = {"tracing": False, "metrics": False, "logs": False}
"""FastAPI's own: ``chassis.telemetry`` says what is traced and what leaves the process."""
_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "身份系统签发的令牌；内嵌模式：shenguan token / a token of the identity provider",
}


@dataclass(frozen=True)
class Access:
    """A service's own access table (权限表), and how the objects its scopes name are found."""

    file: Path | None = None
    lookups: Mapping[str, Lookup] = field(default_factory=dict)


def guarded_pages(title: str, lifespan: Any) -> FastAPI:
    """An application whose every route makes sure that the gate judged it."""
    # Government networks reach no CDN: the pages of the API bring their own scripts.
    return FastAPIOffline(
        redoc_url=None,
        title=title,
        version="1",
        lifespan=lifespan,
        dependencies=[Depends(passed)],
        telemetry=_NO_SPANS,
    )


def guard(app: FastAPI, access: Access, region: str, pool: Callable[[], Pool]) -> None:
    """Nothing reaches ``app`` from here on but through its access table.

    Raises AccessError: nobody says whose tokens to believe, or table, routes and scopes do not fit together.
    """
    table = AccessTable.of(*([access.file] if access.file else []))
    table.require_complete(Routes(app).named())
    if unknown := sorted(name for name in table.scopes() if not scopes.sound(name, access.lookups)):
        raise AccessError(f"权限表中的范围无人能判断 / scopes nobody can judge by: {', '.join(unknown)}")
    who = Credentials(Tokens(OidcSettings().required()), ApiKeys(pool).authenticate)
    app.add_middleware(
        Gate, served=app, table=table, region=region, authentication=who, lookups=access.lookups, pool=pool
    )
    _describe(app, table)


def _describe(app: FastAPI, table: AccessTable) -> None:
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        document = plain()
        document.setdefault("components", {})["securitySchemes"] = {"bearer": _SCHEME}
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                row = table.row(method.upper(), path)
                if row and not row.public:
                    operation["security"] = [{"bearer": []}]
                    operation["x-roles"] = sorted(row.roles)
                    operation["x-scope"] = row.scope
        return document

    app.openapi = described  # type: ignore[method-assign] # FastAPI's own way to extend the document
