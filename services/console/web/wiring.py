"""Wiring (接线): the pages put together, and put around an application. ``Web`` is all the composition root needs."""

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, FastAPI

from chassis.access.settings import OidcSettings
from chassis.access.tokens import Tokens
from chassis.edge.headers import SecurityHeaders
from chassis.edge.settings import EdgeSettings
from chassis.pages import Reading
from console.web import board, cases, papers, pressing, public, roles, sign_in, static_files, task_list, tasks, visits
from console.web.catalogue import Catalogues
from console.web.edge import PageEdge
from console.web.names import Names
from console.web.oidc import Provider
from console.web.services import Services
from console.web.session import Vault
from console.web.settings import WebSettings
from kernel.clock import china_day

BODY_LIMITS = {visits.PHOTOS: 64 * 1024 * 1024}
"""Bytes of a body where photos are sent: a browser without scripts sends them as the camera took them."""


class Web:
    """The pages of one process. ``key``: 32 bytes of the purpose ``PURPOSE``; ``reading``: the read model."""

    def __init__(
        self, key: bytes, now: Callable[[], datetime], reading: Reading, settings: WebSettings | None = None
    ) -> None:
        chosen = settings or WebSettings()
        oidc = OidcSettings().required()
        self.services = Services(chosen.services)
        self._vault = Vault(key, secure=chosen.secure)
        entrance = sign_in.Entrance(self._vault, Tokens(oidc))
        names = Names()
        desk = tasks.Desk(self.services, Catalogues(), now, names)
        self.router = APIRouter(include_in_schema=False)
        for routes in (
            static_files.router(),
            sign_in.router(chosen, entrance, self._vault, Provider(chosen, oidc.issuer)),
            roles.router(chosen, entrance, self.services),
            visits.router(desk),
            papers.router(desk, names),
            task_list.router(reading, self.services, names, now),
            tasks.router(desk),
            cases.router(reading, self.services, names),
            board.router(reading, self.services, names, lambda: china_day(now())),
            pressing.router(reading, self.services, names),
            public.router(self.services),
        ):
            self.router.include_router(routes)

    def surround(self, app: FastAPI) -> None:
        """Outermost of everything: sessions, and pages of problems."""
        app.add_middleware(PageEdge, vault=self._vault)
        app.add_middleware(SecurityHeaders, hsts_seconds=EdgeSettings().hsts_seconds)


PURPOSE = b"console-session"
"""What the key of the sessions is derived for."""
