"""The console as a process (控制台): `python -m console.main`. The only module that knows everyone."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
from fastapi import APIRouter, FastAPI

from chassis.access.wiring import Access
from chassis.metrics import Numbers
from chassis.runtime import Runtime
from chassis.serving import serve
from chassis.sweeper import Round, Sweep
from chassis.transaction import Transaction
from console import api, consumers, handlers, queries
from console.api import fixing, read_model
from console.api.fixing import Fixer
from console.store import DueMonths, Fed, ReadModel, SqlFixings, SqlWork
from console.web.wiring import BODY_LIMITS, PURPOSE, Web
from contracts.topology import LISTENS, speaker_of
from kernel.clock import china_day


def build(runtime: Runtime) -> FastAPI:
    """The application, wired."""
    web = Web(
        runtime.identity.digest(PURPOSE),
        runtime.clock.now,
        runtime.reading,
        f"http://127.0.0.1:{runtime.settings.port}",
        trusted=runtime.keys.trusted.keys,
    )
    fixer = Fixer(runtime.unit_of_work(SqlFixings), runtime.reading, web.editions)
    app = runtime.application(
        routers=[
            api.router(runtime.reading, lambda: china_day(runtime.clock.now())),
            _rebuilding(runtime, web),
            fixing.router(fixer),
            web.router,
        ],
        subscriptions=consumers.subscriptions(SqlWork),
        figures=queries.figures,
        ledger=queries.ledger,
        body_limits=BODY_LIMITS,
        migrations=Path(__file__).parent / "migrations",
        access=Access(Path(__file__).parent / "access.toml"),
        sweep=Sweep(rounds=(Round(due=_due_months(runtime, web), act=fixer.fix_due),)),
        numbers=[
            Numbers(queries.GAUGES, lambda connection: queries.numbers(connection, runtime.clock.now())),
            runtime.links(),
        ],
    )
    web.surround(app)
    return app


def _due_months(runtime: Runtime, web: Web) -> DueMonths:
    """Months to fix, once nothing that was told waits to be heard."""
    backlogs = [runtime.backlog(stream) for stream in LISTENS["console"]]

    async def heard() -> bool:
        return all([await each.count() == 0 for each in backlogs])

    return DueMonths(web.editions, heard)


def _rebuilding(runtime: Runtime, web: Web) -> APIRouter:
    async def transacting(work: Callable[[Transaction], Awaitable[None]]) -> None:
        async with runtime.transactions.begin() as tx:
            await work(tx)

    def resent(service: str, authorization: str) -> AbstractAsyncContextManager[httpx.Response]:
        return web.services.streamed(service, "/ops/v1/events:resend", authorization)

    model = ReadModel(runtime.pool, transacting, runtime.keys.verifier, handlers.hear)
    return read_model.router(model, [speaker_of(stream) for stream in LISTENS["console"]], resent, Fed)


if __name__ == "__main__":
    serve("console", build, usual_port=8104)
