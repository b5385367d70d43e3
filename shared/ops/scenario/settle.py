"""Settling (静止): a scenario looks only when nothing is on its way: twice in a row every service has nothing to do.

Nothing to publish, nothing delivered and unfinished, no step of a deadline due and not taken, no notice to send.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from ops.scenario.asking import Asking, StepFailed

PATIENCE = 30.0
_PAUSES = (0.005, 0.01, 0.02, 0.03)
_NOTHING = ("outbox_pending", "due", "notices_due")
"""Figures of a status that must be 0; those a service does not have are 0."""


async def settle(asking: Asking) -> None:
    """Wait until all is quiet. Raises StepFailed, naming what is not, after ``PATIENCE`` seconds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    calm = tries = 0
    while True:
        statuses = await asyncio.gather(*(asking.get(service, "/ops/v1/status") for service in asking.services))
        busy = [word for status in statuses for word in under_way(status)]
        calm = 0 if busy else calm + 1
        if calm == 2:  # noqa: PLR2004 - see the module's promise
            return
        if loop.time() > until:
            raise StepFailed(
                f"{PATIENCE:.0f} 秒后仍未静止：{'；'.join(busy)}",
                f"not quiet after {PATIENCE:.0f} s: {'; '.join(busy)}",
            )
        await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
        tries += 1


def under_way(status: Mapping[str, Any]) -> list[str]:
    """What a service still has to do."""
    service = status["service"]
    told = [f"{service} {name} {status[name]}" for name in _NOTHING if status.get(name)]
    return told + [
        f"{service} {durable['durable']} {durable['pending']}+{durable['ack_pending']}"
        for durable in status["durables"]
        if durable["pending"] or durable["ack_pending"]
    ]


def unwell(status: Mapping[str, Any]) -> list[str]:
    """What a service could not do at all: events nobody may publish, dead letters."""
    service = status["service"]
    return [f"{service} {name} {status[name]}" for name in ("outbox_isolated", "dead_letters") if status.get(name)]
