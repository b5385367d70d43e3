"""Signing in (登录) from the command line: every command that asks a service sends the token found here."""

import os

from kernel.role import Role
from ops.issuer import signed_in
from ops.running import USUAL_STATE, find_running


def headers_for(url: str, administrator: Role = Role.SYSTEM_ADMIN) -> dict[str, str]:
    """``SHENGUAN_TOKEN``, or at the stack that runs in this folder a token of its own issuer.

    Nobody else is sent a token of the stack's; without one the service says what to do.
    """
    given = os.environ.get("SHENGUAN_TOKEN")
    if given:
        return signed_in(given)
    running = find_running(USUAL_STATE)
    if running is None or url.rstrip("/") not in running.process_urls.values():
        return {}
    return running.headers(administrator)
