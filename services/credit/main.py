"""Credit as a process (信用服务): `python -m credit.main`. The only module that knows everyone."""

from datetime import date
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from chassis import deadline_preview
from chassis.access.wiring import Access
from chassis.calendar import CalendarCache
from chassis.hooks import offering
from chassis.hooks.stored import SEALED
from chassis.runtime import Runtime
from chassis.serving import serve
from chassis.sweeper import Round, Sweep, acting
from chassis.unit_of_work import UnitOfWork
from credit import api, consumers, handlers, queries
from credit.api import public
from credit.api.written_rules import LONGEST
from credit.domain.commands import Reassess
from credit.domain.publicity import Retention
from credit.domain.trail import ForgetQueries
from credit.ports import StoredWork
from credit.ports.trail import StoredTrailWork
from credit.settings import CreditSettings
from credit.store import RulebookCache, SqlSnapshots, SqlTrail, SqlWork, due, trail
from kernel.clock import china_day
from kernel.sweep import RecomputeDeadline, TakeStep


def build(runtime: Runtime) -> FastAPI:
    """The application, wired."""
    settings = CreditSettings()
    rules, process, constraints = RulebookCache(settings.rulebook()), settings.process_rules(), settings.constraints()
    publicity = settings.publicity()
    work = partial(
        SqlWork,
        rulebooks=rules,
        calendars=CalendarCache(),
        region=runtime.settings.region,
        process=process,
        constraints=constraints,
    )
    unit: UnitOfWork[StoredWork] = runtime.unit_of_work(work)
    lapses = Round(
        due=due.due_subjects,
        act=acting(unit, handlers.reassess, lambda each: Reassess(subject=due.key_of(each))),
    )
    noting: UnitOfWork[StoredTrailWork] = runtime.answering(SqlTrail)
    asked = public.Answering(
        noting=noting,
        reading=runtime.reading,
        clock=runtime.clock,
        reference=runtime.identity.reference,
        rules=publicity,
        constraints=constraints,
    )
    return runtime.application(
        routers=[
            api.router(
                unit,
                runtime.reading,
                SqlSnapshots(runtime.pool, rules.base, runtime.clock),
                constraints,
                lambda: china_day(runtime.clock.now()),
                noting,
            ),
            api.redress_router(unit, runtime.reading, runtime.identity, process, runtime.clock),
            public.router(asked),
            deadline_preview.router(runtime.reading, runtime.clock.now),
            offering.routes_of(runtime),
        ],
        subscriptions=consumers.subscriptions(work),
        figures=queries.figures,
        ledger=queries.ledger,
        body_limits={"/api/v1/rules(:what-if)?": LONGEST},
        migrations=Path(__file__).parent / "migrations",
        hooks=True,
        numbers=offering.NUMBERS,
        sealed=SEALED,
        access=Access(Path(__file__).parent / "access.toml", queries.SCOPES),
        sweep=Sweep(
            take_step=acting(unit, handlers.take_step, TakeStep),
            recompute=acting(unit, handlers.recompute, RecomputeDeadline),
            rounds=(lapses, _forgetting(runtime, publicity.query_log)),
        ),
    )


def _forgetting(runtime: Runtime, kept: Retention) -> Round:
    """What is past its term in the query log (清除到期查询日志)."""
    unit: UnitOfWork[StoredTrailWork] = runtime.unit_of_work(SqlTrail)

    def command(day: str) -> ForgetQueries:
        return ForgetQueries(day=date.fromisoformat(day), retention=kept)

    return Round(due=trail.days_over(kept), act=acting(unit, handlers.forget_queries, command))


if __name__ == "__main__":
    serve("credit", build, usual_port=8103)
