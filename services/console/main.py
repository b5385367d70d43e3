"""The console as a process (控制台): `python -m console.main`. The only module that knows everyone."""

from pathlib import Path

from fastapi import FastAPI

from chassis.access.wiring import Access
from chassis.runtime import Runtime
from chassis.serving import serve
from console import api, consumers, queries
from console.store import SqlWork
from console.web.wiring import BODY_LIMITS, PURPOSE, Web
from kernel.clock import china_day


def build(runtime: Runtime) -> FastAPI:
    """The application, wired."""
    web = Web(runtime.identity.digest(PURPOSE), runtime.clock.now, runtime.reading)
    app = runtime.application(
        routers=[api.router(runtime.reading, lambda: china_day(runtime.clock.now())), web.router],
        subscriptions=consumers.subscriptions(SqlWork),
        figures=queries.figures,
        ledger=queries.ledger,
        body_limits=BODY_LIMITS,
        migrations=Path(__file__).parent / "migrations",
        access=Access(Path(__file__).parent / "access.toml"),
    )
    web.surround(app)
    return app


if __name__ == "__main__":
    serve("console", build, usual_port=8104)
