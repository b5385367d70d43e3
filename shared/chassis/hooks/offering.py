"""Offering (开放订阅): a service that offers its facts gets the routes of hooks."""

from functools import partial

from fastapi import APIRouter

from chassis.hooks.api import hooks_router
from chassis.hooks.numbers import NUMBERS
from chassis.hooks.settings import HookSettings
from chassis.hooks.stored import SqlHooks
from chassis.runtime import Runtime
from contracts.offered import offered

__all__ = ["NUMBERS", "routes_of"]


def routes_of(runtime: Runtime) -> APIRouter:
    """The routes, wired."""
    work = partial(SqlHooks, identity=runtime.identity, facts=offered(runtime.service))
    return hooks_router(runtime.unit_of_work(work), runtime.reading, HookSettings())
