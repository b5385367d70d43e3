"""Approval as a process (审批服务): `python -m approval.main`. The only module that knows everyone."""

from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI

from approval import api, consumers, handlers, queries, seed
from approval.api.bodies import decode_case
from approval.api.import_batches import ImportDesk
from approval.domain.commands import TellItems
from approval.domain.notice import SeedCalendar
from approval.handlers.imports import StoredImportWork
from approval.handlers.reveals import StoredRevealWork
from approval.ports import StoredCalendarWork, StoredGateWork, StoredWork
from approval.settings import ApprovalSettings
from approval.store import SEALED, SqlGate, SqlGrants, SqlImports, SqlKeys, SqlReveals, SqlWork, file_place, licences
from chassis import deadline_preview
from chassis.access.wiring import Access
from chassis.calendar import CalendarCache, CalendarWork
from chassis.exports import wiring
from chassis.exports.dataset import Exports, exports_of
from chassis.hooks import offering
from chassis.runtime import Runtime
from chassis.serving import serve
from chassis.sweeper import Sweep, acting
from chassis.unit_of_work import UnitOfWork
from chassis.webhooks import taking
from kernel.sweep import RecomputeDeadline, TakeStep


def build(runtime: Runtime) -> FastAPI:
    """The application, wired."""
    settings = ApprovalSettings()
    calendars = CalendarCache()
    work = partial(SqlWork, **_grounds(runtime, settings, calendars))
    unit: UnitOfWork[StoredWork] = runtime.unit_of_work(work)
    calendar_work = partial(CalendarWork, cache=CalendarCache(), region=runtime.settings.region)
    calendar: UnitOfWork[StoredCalendarWork] = runtime.unit_of_work(calendar_work)
    exports = _exports(runtime, settings)
    return runtime.application(
        routers=[
            wiring.routes_of(runtime, exports),
            _router(unit, calendar, runtime, settings),
            deadline_preview.router(runtime.reading, runtime.clock.now),
            api.gate.rules_router(settings.gate_rules()),
            api.imports_router(_imports(unit, calendars, runtime, settings)),
            *taking.routes_of(runtime, _security(unit, runtime)),
            offering.routes_of(runtime),
        ],
        subscriptions=consumers.subscriptions(work, decode_case),
        figures=queries.figures,
        ledger=queries.ledger,
        migrations=Path(__file__).parent / "migrations",
        straight=api.straight(unit),
        access=Access(Path(__file__).parent / "access.toml", queries.SCOPES),
        sweep=Sweep(
            take_step=acting(unit, handlers.take_step, TakeStep),
            recompute=acting(unit, handlers.recompute, RecomputeDeadline),
            rounds=(wiring.round_of(runtime, exports),),
        ),
        webhooks=True,
        hooks=True,
        numbers=offering.NUMBERS,
        prepare=partial(_prepare, unit, calendar, runtime),
        sealed=SEALED,
    )


def _grounds(runtime: Runtime, settings: ApprovalSettings, calendars: CalendarCache) -> dict[str, Any]:
    """What registering a case rests on."""
    return {
        "identity": runtime.identity,
        "region": runtime.settings.region,
        "rules": settings.process_rules(),
        "calendars": calendars,
    }


def _imports(
    unit: UnitOfWork[StoredWork], calendars: CalendarCache, runtime: Runtime, settings: ApprovalSettings
) -> ImportDesk:
    imports: UnitOfWork[StoredImportWork] = runtime.unit_of_work(
        partial(SqlImports, **_grounds(runtime, settings, calendars))
    )
    return ImportDesk(
        unit=unit,
        imports=imports,
        reading=runtime.reading,
        identity=runtime.identity,
        clock=runtime.clock,
        region=runtime.settings.region,
        most_rows=settings.import_rows,
        place=file_place,
    )


def _router(
    unit: UnitOfWork[StoredWork],
    calendar: UnitOfWork[StoredCalendarWork],
    runtime: Runtime,
    settings: ApprovalSettings,
) -> APIRouter:
    gate_work = partial(SqlGate, identity=runtime.identity, rules=settings.gate_rules())
    gate: UnitOfWork[StoredGateWork] = runtime.answering(gate_work)
    reveals: UnitOfWork[StoredRevealWork] = runtime.unit_of_work(partial(SqlReveals, identity=runtime.identity))
    behind = runtime.backlog("CREDIT").count
    return api.router(unit, calendar, gate, reveals, behind, runtime.reading, runtime.identity, settings.import_rows)


def _security(unit: UnitOfWork[StoredWork], runtime: Runtime) -> APIRouter:
    keys = runtime.unit_of_work(partial(SqlKeys, region=runtime.settings.region))
    return api.security_router(unit, keys, runtime.unit_of_work(SqlGrants), runtime.reading)


def _exports(runtime: Runtime, settings: ApprovalSettings) -> Exports:
    rules, categories = settings.export_rules()
    dataset = licences(settings.field_table("licence"), categories, runtime.identity)
    return exports_of([dataset], rules, runtime.identity, runtime.settings.region)


async def _prepare(unit: UnitOfWork[StoredWork], calendar: UnitOfWork[StoredCalendarWork], runtime: Runtime) -> None:
    await unit.run(handlers.tell_items, TellItems())
    await calendar.run(handlers.seed_calendar, SeedCalendar(years=tuple(seed.official_years())))
    async with runtime.reading() as connection:
        known = await queries.calendar(connection)
    if not known.year(seed.LAST + seed.GUESSED).version:
        await calendar.run(handlers.seed_calendar, SeedCalendar(years=tuple(seed.guessed_years())))


if __name__ == "__main__":
    serve("approval", build, usual_port=8101)
