"""Taking webhooks (接收回调): a service that takes them gets the routes of their secrets."""

from functools import partial

from fastapi import APIRouter

from chassis.runtime import Runtime
from chassis.webhooks.api import secrets_router
from chassis.webhooks.stored import SqlSecrets


def routes_of(runtime: Runtime, own: APIRouter) -> list[APIRouter]:
    """The routes of secrets, wired, and the service's own."""
    secrets = secrets_router(runtime.unit_of_work(partial(SqlSecrets, seal=runtime.identity.seal)), runtime.reading)
    return [secrets, own]
