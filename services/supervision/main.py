"""Supervision as a process (监管服务): `python -m supervision.main`. The only module that knows everyone."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from chassis.runtime import Runtime, serve
from chassis.transaction import Transaction
from supervision import api, consumers, queries
from supervision.api.inspections import decode_inspection
from supervision.ports import StoredWork
from supervision.settings import SupervisionSettings
from supervision.store import CatalogueCache, CelConditions, SqlWork


def build(runtime: Runtime) -> FastAPI:
    """The application, wired; one catalogue cache for the process."""
    conditions = CelConditions()
    cache = CatalogueCache(conditions)
    work: Callable[[Transaction], StoredWork] = partial(SqlWork, cache=cache, region=runtime.settings.region)
    return runtime.application(
        routers=[api.router(runtime.unit_of_work(work), runtime.reading, SupervisionSettings().page_limit, conditions)],
        subscriptions=consumers.subscriptions(work, decode_inspection),
        figures=queries.figures,
        ledger=queries.ledger,
        migrations=Path(__file__).parent / "migrations",
    )


if __name__ == "__main__":
    serve("supervision", build, usual_port=8102)
