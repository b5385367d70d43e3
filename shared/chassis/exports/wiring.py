"""Wiring of exports (报送装配): a service hands over its datasets and gets the routes and the daily round."""

from functools import partial

from fastapi import APIRouter

from chassis.calendar import CalendarCache
from chassis.exports.api import exports_router
from chassis.exports.dataset import Exports
from chassis.exports.disclosing import DiscloseWork
from chassis.exports.running import ExportWork
from chassis.exports.watching import WatchWork, watching
from chassis.runtime import Runtime
from chassis.sweeper import Round


def routes_of(runtime: Runtime, exports: Exports) -> APIRouter:
    """The routes of exports, wired."""
    return exports_router(
        runtime.unit_of_work(partial(ExportWork, exports=exports)),
        runtime.unit_of_work(partial(DiscloseWork, exports=exports)),
        runtime.unit_of_work(partial(WatchWork, exports=exports, cache=CalendarCache())),
        runtime.reading,
        exports,
    )


def round_of(runtime: Runtime, exports: Exports) -> Round:
    """The daily look at the limit."""
    return watching(runtime.unit_of_work(partial(WatchWork, exports=exports, cache=CalendarCache())), exports)
