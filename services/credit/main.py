"""Credit as a process (信用服务): `python -m credit.main`. The only module that knows everyone."""

from datetime import date
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from chassis.calendar import CalendarCache
from chassis.runtime import Runtime, serve
from chassis.sweeper import Round, Sweep, acting
from chassis.unit_of_work import UnitOfWork
from credit import api, consumers, handlers, queries
from credit.api import public
from credit.domain.commands import Reassess
from credit.domain.publicity import Retention
from credit.domain.trail import ForgetQueries
from credit.ports import StoredTrailWork, StoredWork
from credit.settings import CreditSettings
from credit.store import SqlTrail, SqlWork, due, trail


def build(runtime: Runtime) -> FastAPI:
    """The application, wired."""
    settings = CreditSettings()
    rules, publicity = settings.rulebook(), settings.publicity()
    work = partial(SqlWork, rulebook=rules, calendars=CalendarCache())
    unit: UnitOfWork[StoredWork] = runtime.unit_of_work(work)
    lapses = Round(
        due=due.due_subjects,
        count=due.count_subjects,
        act=acting(unit, handlers.reassess, lambda each: Reassess(subject=due.key_of(each))),
    )
    noting: UnitOfWork[StoredTrailWork] = runtime.answering(SqlTrail)
    shown = public.router(noting, runtime.reading, runtime.clock, runtime.identity.reference, publicity)
    return runtime.application(
        routers=[api.router(unit, runtime.reading, rules, noting), shown],
        subscriptions=consumers.subscriptions(work),
        figures=queries.figures,
        ledger=queries.ledger,
        migrations=Path(__file__).parent / "migrations",
        sweep=Sweep(rounds=(lapses, _forgetting(runtime, publicity.query_log))),
    )


def _forgetting(runtime: Runtime, kept: Retention) -> Round:
    """What is past its term in the query log (清除到期查询日志)."""
    unit: UnitOfWork[StoredTrailWork] = runtime.unit_of_work(SqlTrail)
    return Round(
        due=trail.days_over(kept),
        count=trail.count_days(kept),
        act=acting(
            unit, handlers.forget_queries, lambda day: ForgetQueries(day=date.fromisoformat(day), retention=kept)
        ),
    )


if __name__ == "__main__":
    serve("credit", build, usual_port=8103)
