"""Audit (审计链): whether the services' audit chains verify; None while this deployment keeps none."""

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec


async def audit_ok(urls: Mapping[str, str]) -> bool | None:
    """Verify the chains of all services. ``urls``: service → database as the operator reaches it."""
    if find_spec("chassis.audit") is None or find_spec("chassis.audit.verify") is None:
        return None
    verify = import_module("chassis.audit.verify")
    return bool(await verify.all_sound(urls))
