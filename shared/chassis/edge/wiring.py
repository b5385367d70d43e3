"""Wiring (接入): what stands around an application, in the one order that works. The last one added is the outermost."""

from collections.abc import Callable, Mapping

from fastapi import FastAPI

from chassis import problems
from chassis.access.wiring import Access, guard
from chassis.audit.log import AuditLog
from chassis.audit.trail import Trail
from chassis.body_limit import BodyLimit
from chassis.database import Pool
from chassis.edge.headers import SecurityHeaders
from chassis.edge.rate import RateLimit
from chassis.edge.request_shape import JsonBodies, RequestShape
from chassis.edge.settings import EdgeSettings
from chassis.idempotency import IdempotencyKeys
from chassis.identity import IdentityKeys
from chassis.keys.holder import KeyScopes
from chassis.settings import ServiceSettings
from chassis.straight import StraightWays, Way
from chassis.webhooks.gate import WebhookGate


def surround(
    app: FastAPI,
    settings: ServiceSettings,
    pool: Callable[[], Pool],
    identity: IdentityKeys,
    access: Access,
    audit: AuditLog,
    body_limits: Mapping[str, int] | None,
    *,
    webhooks: bool,
    straight: Mapping[tuple[str, str], Way],
) -> None:
    """Nothing reaches ``app`` and nothing leaves it but through all of this. Raises AccessError."""
    edge = EdgeSettings()
    app.add_middleware(StraightWays, ways=straight)
    app.add_middleware(IdempotencyKeys, pool=pool, digest=identity.digest)
    if webhooks:
        app.add_middleware(WebhookGate, pool=pool, unseal=identity.open)
    guard_requests(app, edge)
    guard(app, access, settings.region, pool)
    app.add_middleware(BodyLimit, largest=settings.body_limit, own=body_limits)
    problems.install(app)  # late, so that it also answers for the middleware above
    app.add_middleware(Trail, log=audit, digest=identity.digest)
    guard_answers(app, edge)


def guard_requests(app: FastAPI, settings: EdgeSettings) -> None:
    """Rates, what a key opens, then JSON bodies: inside of what finds out who is asking."""
    app.add_middleware(JsonBodies, settings=settings)
    app.add_middleware(KeyScopes)
    app.add_middleware(RateLimit, settings=settings)


def guard_answers(app: FastAPI, settings: EdgeSettings) -> None:
    """Address and headers in, headers out: outermost, so that every answer has them."""
    app.add_middleware(RequestShape, settings=settings)
    app.add_middleware(SecurityHeaders, hsts_seconds=settings.hsts_seconds)
