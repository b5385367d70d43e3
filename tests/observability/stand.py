"""A stack that tells its numbers: where each of its services does."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ops.loopback import free_port
from ops.services import service_names, variable
from ops.stack import Stack
from tests.journey import bare_environment


@dataclass(frozen=True)
class Told:
    """The stack, and where each of its services tells its numbers."""

    stack: Stack
    metrics: Mapping[str, str]


@asynccontextmanager
async def told(more: Mapping[str, str] | None = None) -> AsyncIterator[Told]:
    """For as long as the block lasts. ``more``: further variables of the services."""
    ports = {name: str(free_port()) for name in service_names()}
    chosen = {variable(name, "METRICS_PORT"): port for name, port in ports.items()}
    environment = bare_environment() | chosen | dict(more or {})
    async with Stack.open(temporary=True, environment=environment, usual_ports=False) as stack:
        yield Told(stack, {name: f"127.0.0.1:{port}" for name, port in ports.items()})
