"""Supervision as a process (监管服务): `python -m supervision.main`. The only module that knows everyone."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from chassis import deadline_preview
from chassis.access.wiring import Access
from chassis.calendar import CalendarCache
from chassis.exports import wiring
from chassis.exports.dataset import exports_of
from chassis.hooks import offering
from chassis.runtime import Runtime
from chassis.serving import serve
from chassis.sweeper import Round, Sweep, acting
from chassis.transaction import Transaction
from chassis.unit_of_work import UnitOfWork
from chassis.webhooks import taking
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision import api, consumers, handlers, queries
from supervision.api import enterprises, evidence, webhooks
from supervision.api.inspections import decode_inspection
from supervision.api.ranking import Rankings
from supervision.api.site_visits import Visiting
from supervision.domain.draws.assignment import AssignDrawn
from supervision.domain.history import SYSTEM
from supervision.domain.plans.commands import UrgeFiling
from supervision.domain.risk_object import ReclassifyObject
from supervision.domain.visits import VisitRules
from supervision.domain.visits.commands import RemindVisit
from supervision.ports import StoredWork
from supervision.settings import SupervisionSettings
from supervision.store import (
    SEALED,
    CatalogueCache,
    CelConditions,
    DrawDesk,
    DueAssignments,
    DueFilings,
    DueObjects,
    DueVisits,
    SqlWork,
    datasets,
)


def build(runtime: Runtime) -> FastAPI:
    """The application, wired; one catalogue cache for the process."""
    settings, region = SupervisionSettings(), runtime.settings.region
    conditions, rules, risks = CelConditions(), settings.alert_rules(), settings.risk_table()
    publicity, plans, complaints = settings.publicity_rules(), settings.plan_rules(), settings.complaint_rules()
    cache, visits = CatalogueCache(conditions), settings.visit_rules()
    work: Callable[[Transaction], StoredWork] = partial(
        SqlWork,
        cache=cache,
        region=region,
        rules=settings.process_rules(),
        calendar=CalendarCache(),
        risk_table=risks,
        publicity=publicity,
        plan_rules=plans,
        draws=DrawDesk(settings.draw_rules(), runtime.identity),
        alert_rules=rules,
        visit_rules=visits,
        complaint_rules=complaints,
    )
    unit = runtime.unit_of_work(work)
    rankings = Rankings(unit, runtime.reading, settings.ranking_rules(), runtime.clock)
    exports = exports_of(datasets(settings.export_tables()), settings.export_rules(), runtime.identity, region)
    return runtime.application(
        routers=[
            wiring.routes_of(runtime, exports),
            *taking.routes_of(runtime, webhooks.router(unit)),
            offering.routes_of(runtime),
            api.ranking_router(rankings, runtime.reading, settings.page_limit),
            api.risk_router(unit, runtime.reading, risks, runtime.clock),
            api.visits_router(_visiting(runtime, settings, unit, visits)),
            api.router(unit, runtime.reading, settings.page_limit, conditions, rules),
            api.publicity_router(unit, runtime.reading, settings.page_limit, publicity, runtime.clock),
            api.complaints_router(unit, runtime.reading, settings.page_limit, complaints, runtime.identity),
            api.plans_router(unit, runtime.reading, settings.page_limit, plans, runtime.clock),
            api.draws_router(unit, runtime.reading, settings.page_limit, rankings),
            deadline_preview.router(runtime.reading, runtime.clock.now, queries.WHOSE),
            api.officers_router(unit, runtime.reading, settings.page_limit, runtime.identity),
        ],
        subscriptions=consumers.subscriptions(work, decode_inspection),
        figures=queries.figures,
        ledger=queries.ledger,
        migrations=Path(__file__).parent / "migrations",
        access=Access(Path(__file__).parent / "access.toml", queries.SCOPES),
        sweep=_sweep(unit, DueObjects(risks, cache), DueFilings(plans), wiring.round_of(runtime, exports)),
        webhooks=True,
        hooks=True,
        numbers=offering.NUMBERS,
        body_limits=dict.fromkeys((evidence.UPLOAD_PATH, enterprises.UPLOAD_PATH), settings.evidence_limit),
        sealed=SEALED,
    )


def _sweep(unit: UnitOfWork[StoredWork], objects: DueObjects, filings: DueFilings, exporting: Round) -> Sweep:
    return Sweep(
        take_step=acting(unit, handlers.take_step, TakeStep),
        recompute=acting(unit, handlers.recompute_deadline, RecomputeDeadline),
        rounds=(
            Round(due=objects, act=acting(unit, handlers.reclassify_object, lambda key: ReclassifyObject(*key))),
            Round(due=DueVisits(), act=acting(unit, handlers.remind_visit, _reminder)),
            exporting,
            Round(due=filings, act=acting(unit, handlers.urge_filing, lambda key: UrgeFiling(*key))),
            Round(due=DueAssignments(), act=acting(unit, handlers.assign_drawn, lambda key: AssignDrawn(*key))),
        ),
    )


def _visiting(
    runtime: Runtime, settings: SupervisionSettings, unit: UnitOfWork[StoredWork], rules: VisitRules
) -> Visiting:
    return Visiting(
        unit=unit,
        reading=runtime.reading,
        page_limit=settings.page_limit,
        rules=rules,
        clock=runtime.clock,
        public_url=settings.public_url,
    )


def _reminder(visit_no: str) -> RemindVisit:
    return RemindVisit(visit_no=visit_no, by=SYSTEM)


if __name__ == "__main__":
    serve("supervision", build, usual_port=8102)
