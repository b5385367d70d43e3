"""Wiring (接线): the pages put together, and put around an application. ``Web`` is all the composition root needs."""

from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import APIRouter, FastAPI

from chassis.access.settings import OidcSettings
from chassis.access.tokens import Tokens
from chassis.edge.headers import SecurityHeaders
from chassis.edge.settings import EdgeSettings
from chassis.pages import Reading
from console.web import (
    admin,
    assessment,
    audit_check,
    board,
    case,
    case_evidence,
    cases,
    complaints,
    credit,
    credit_record,
    draws,
    edition_import,
    editions,
    enterprise,
    exporting,
    feedback,
    hooks,
    imports,
    ops,
    papers,
    plan_draft,
    plan_edit,
    plans,
    pressing,
    public,
    public_results,
    publicity,
    receipts,
    roles,
    scanned,
    sign_in,
    site_visits,
    static_files,
    task_list,
    tasks,
    visit_plan,
    visits,
    walk,
    webhook_secrets,
)
from console.web.cast import Cast
from console.web.catalogue import Catalogues
from console.web.demo import Demonstration
from console.web.edge import PageEdge
from console.web.keeping_up import KeepingUp
from console.web.names import Names
from console.web.oidc import Provider
from console.web.reports import Reports
from console.web.services import Services
from console.web.session import Vault
from console.web.settings import WebSettings

BODY_LIMITS = dict.fromkeys((visits.PHOTOS, enterprise.PHOTOS), 64 * 1024 * 1024)
"""Bytes of a body where photos are sent: a browser without scripts sends them as the camera took them."""


class Web:
    """The pages of one process.

    ``key``: 32 bytes of the purpose ``PURPOSE``; ``reading``: the read model; ``here``: this process's address;
    ``trusted``: public keys. Its ``editions`` are the rules of the assessment.
    """

    def __init__(
        self,
        key: bytes,
        now: Callable[[], datetime],
        reading: Reading,
        here: str,
        settings: WebSettings | None = None,
        trusted: public_results.Trusted = tuple,
    ) -> None:
        chosen = settings or WebSettings()
        oidc = OidcSettings().required()
        self.editions = chosen.score_rules()
        self.services = Services({**chosen.services, "console": here})
        self._vault = Vault(key, secure=chosen.secure)
        entrance = sign_in.Entrance(self._vault, Tokens(oidc))
        names, cast = Names(reading), Cast(chosen, self.services)
        catalogues = Catalogues()
        keeping_up = KeepingUp(reading)
        desk = tasks.Desk(self.services, catalogues, now, names)
        drafting = plan_draft.DraftForm(self.services, names)
        office = credit.CreditDesk(self.services, names, reading, now)
        self.router = APIRouter(include_in_schema=False)
        for routes in (
            static_files.router(),
            sign_in.router(chosen, entrance, self._vault, Provider(chosen, oidc.issuer)),
            roles.router(entrance, cast),
            walk.router(cast, entrance, self._vault, self.services, reading, now),
            visits.router(desk),
            site_visits.router(desk, chosen.public_url),
            papers.router(desk, names),
            task_list.router(reading, keeping_up, names, now),
            assessment.router(Reports(reading, self.services, names, now, self.editions)),
            exporting.router(reading, names, now),
            tasks.router(desk),
            cases.router(reading),
            case.router(case.CaseDesk(reading, keeping_up, self.services, names, catalogues)),
            case_evidence.router(reading, self.services, trusted),
            complaints.router(self.services, names, now),
            board.router(reading, keeping_up, names, now),
            pressing.router(reading, self.services, names, now),
            edition_import.router(self.services, names),
            editions.router(self.services, names),
            credit.router(office),
            credit_record.router(office),
            credit.subject_router(office),
            visit_plan.router(self.services, names, now),
            webhook_secrets.router(self.services),
            hooks.router(self.services),
            admin.router(self.services, names),
            audit_check.router(self.services),
            ops.router(self.services, Demonstration(there=chosen.role_switch is not None)),
            draws.router(self.services, names),
            plan_draft.router(self.services, drafting),
            plan_edit.router(self.services, drafting),
            plans.router(self.services, names),
            publicity.router(self.services, names, now),
            *self._for_approvers(names, now),
            *self._for_enterprises_and_everybody(names, reading, now, trusted),
        ):
            self.router.include_router(routes)

    def _for_approvers(self, names: Names, now: Callable[[], datetime]) -> Sequence[APIRouter]:
        return (
            feedback.router(feedback.FeedbackDesk(self.services, names, now)),
            imports.router(self.services),
        )

    def _for_enterprises_and_everybody(
        self, names: Names, reading: Reading, now: Callable[[], datetime], trusted: public_results.Trusted
    ) -> Sequence[APIRouter]:
        return (
            public.router(self.services, names),
            public_results.router(self.services, names, trusted),
            scanned.router(self.services),
            enterprise.router(self.services, reading, names, now),
            draws.public_router(self.services, names),
            receipts.router(self.services, now),
        )

    def surround(self, app: FastAPI) -> None:
        """Outermost of everything: sessions, and pages of problems."""
        app.add_middleware(PageEdge, vault=self._vault)
        app.add_middleware(SecurityHeaders, hsts_seconds=EdgeSettings().hsts_seconds)


PURPOSE = b"console-session"
"""What the key of the sessions is derived for."""
