"""Approval as a process (审批服务): `python -m approval.main`. The only module that knows everyone."""

from functools import partial
from pathlib import Path

from fastapi import FastAPI

from approval import api, consumers, queries
from approval.api.bodies import decode_case
from approval.ports import StoredWork
from approval.settings import ApprovalSettings
from approval.store import SqlWork
from chassis.runtime import Runtime, serve
from chassis.unit_of_work import UnitOfWork


def build(runtime: Runtime) -> FastAPI:
    """The application, wired."""
    work = partial(SqlWork, identity=runtime.identity, region=runtime.settings.region)
    unit: UnitOfWork[StoredWork] = runtime.unit_of_work(work)
    settings = ApprovalSettings()
    return runtime.application(
        routers=[api.router(unit, runtime.reading, runtime.identity, settings.import_rows)],
        subscriptions=consumers.subscriptions(work, decode_case),
        figures=queries.figures,
        ledger=queries.ledger,
        migrations=Path(__file__).parent / "migrations",
    )


if __name__ == "__main__":
    serve("approval", build, usual_port=8101)
