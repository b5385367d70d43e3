"""Credit as a process (信用服务): `python -m credit.main`. The only module that knows everyone."""

from functools import partial
from pathlib import Path

from fastapi import FastAPI

from chassis.runtime import Runtime, serve
from credit import api, consumers, queries
from credit.settings import CreditSettings
from credit.store import SqlWork


def build(runtime: Runtime) -> FastAPI:
    """The application, wired."""
    rules = CreditSettings().rulebook()
    return runtime.application(
        routers=[api.router(runtime.reading, rules)],
        subscriptions=consumers.subscriptions(partial(SqlWork, rulebook=rules)),
        figures=queries.figures,
        ledger=queries.ledger,
        migrations=Path(__file__).parent / "migrations",
    )


if __name__ == "__main__":
    serve("credit", build, usual_port=8103)
