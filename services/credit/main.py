"""Credit as a process (信用服务): `python -m credit.main`. The only module that knows everyone."""

from functools import partial
from pathlib import Path

from fastapi import FastAPI

from chassis.calendar import CalendarCache
from chassis.runtime import Runtime, serve
from chassis.sweeper import Round, Sweep, acting
from chassis.unit_of_work import UnitOfWork
from credit import api, consumers, handlers, queries
from credit.domain.commands import Reassess
from credit.ports import StoredWork
from credit.settings import CreditSettings
from credit.store import SqlWork, due
from kernel.clock import china_day


def build(runtime: Runtime) -> FastAPI:
    """The application, wired."""
    settings = CreditSettings()
    rules, constraints = settings.rulebook(), settings.constraints()
    work = partial(SqlWork, rulebook=rules, calendars=CalendarCache(), constraints=constraints)
    unit: UnitOfWork[StoredWork] = runtime.unit_of_work(work)
    lapses = Round(
        due=due.due_subjects,
        count=due.count_subjects,
        act=acting(unit, handlers.reassess, lambda each: Reassess(subject=due.key_of(each))),
    )
    return runtime.application(
        routers=[api.router(unit, runtime.reading, rules, constraints, lambda: china_day(runtime.clock.now()))],
        subscriptions=consumers.subscriptions(work),
        figures=queries.figures,
        ledger=queries.ledger,
        migrations=Path(__file__).parent / "migrations",
        sweep=Sweep(rounds=(lapses,)),
    )


if __name__ == "__main__":
    serve("credit", build, usual_port=8103)
