"""Wiring (接入): puts the guards of the edge around an application, in the one order that works."""

from fastapi import FastAPI

from chassis.edge.headers import SecurityHeaders
from chassis.edge.rate import RateLimit
from chassis.edge.request_shape import JsonBodies, RequestShape
from chassis.edge.settings import EdgeSettings
from chassis.keys.holder import KeyScopes


def guard_requests(app: FastAPI, settings: EdgeSettings) -> None:
    """Rates, what a key opens, then JSON bodies: inside of what finds out who is asking, outside of all that keeps or parses a body."""
    app.add_middleware(JsonBodies, settings=settings)
    app.add_middleware(KeyScopes)
    app.add_middleware(RateLimit, settings=settings)


def guard_answers(app: FastAPI, settings: EdgeSettings) -> None:
    """Address and headers in, headers out: outermost, so that every answer has them."""
    app.add_middleware(RequestShape, settings=settings)
    app.add_middleware(SecurityHeaders, hsts_seconds=settings.hsts_seconds)
