"""Supervision as a process (监管服务): `python -m supervision.main`. The only module that knows everyone."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from chassis.calendar import CalendarCache
from chassis.runtime import Runtime, serve
from chassis.sweeper import Round, Sweep, acting
from chassis.transaction import Transaction
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision import api, consumers, handlers, queries
from supervision.api.evidence import UPLOAD_PATH
from supervision.api.inspections import decode_inspection
from supervision.domain.draws.assignment import AssignDrawn
from supervision.domain.plans.commands import UrgeFiling
from supervision.domain.risk_object import ReclassifyObject
from supervision.ports import StoredWork
from supervision.settings import SupervisionSettings
from supervision.store import (
    CatalogueCache,
    CelConditions,
    DrawDesk,
    DueAssignments,
    DueFilings,
    DueObjects,
    SqlWork,
)


def build(runtime: Runtime) -> FastAPI:
    """The application, wired; one catalogue cache for the process."""
    settings = SupervisionSettings()
    conditions, rules, risks = CelConditions(), settings.alert_rules(), settings.risk_table()
    plans = settings.plan_rules()
    cache = CatalogueCache(conditions)
    work: Callable[[Transaction], StoredWork] = partial(
        SqlWork,
        cache=cache,
        region=runtime.settings.region,
        rules=settings.process_rules(),
        calendar=CalendarCache(),
        risk_table=risks,
        plan_rules=plans,
        draws=DrawDesk(settings.draw_rules(), runtime.identity),
        alert_rules=rules,
    )
    unit = runtime.unit_of_work(work)
    return runtime.application(
        routers=[
            api.risk_router(unit, runtime.reading, risks, runtime.clock),
            api.router(unit, runtime.reading, settings.page_limit, conditions, rules),
            api.plans_router(unit, runtime.reading, settings.page_limit, plans, runtime.clock),
            api.draws_router(unit, runtime.reading, settings.page_limit),
            api.officers_router(unit, runtime.reading, settings.page_limit, runtime.identity),
        ],
        subscriptions=consumers.subscriptions(work, decode_inspection),
        figures=queries.figures,
        ledger=queries.ledger,
        migrations=Path(__file__).parent / "migrations",
        sweep=Sweep(
            take_step=acting(unit, handlers.take_step, TakeStep),
            recompute=acting(unit, handlers.recompute_deadline, RecomputeDeadline),
            rounds=(
                Round(
                    due=DueObjects(risks, cache),
                    act=acting(unit, handlers.reclassify_object, lambda key: ReclassifyObject(*key)),
                ),
                Round(due=DueFilings(plans), act=acting(unit, handlers.urge_filing, lambda key: UrgeFiling(*key))),
                Round(due=DueAssignments(), act=acting(unit, handlers.assign_drawn, lambda key: AssignDrawn(*key))),
            ),
        ),
        body_limits={UPLOAD_PATH: settings.evidence_limit},
    )


if __name__ == "__main__":
    serve("supervision", build, usual_port=8102)
