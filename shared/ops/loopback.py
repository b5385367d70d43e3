"""This machine's own network (本机网络): free ports, and short questions to what listens there. Never a public address."""

import asyncio
import http.client
import socket
from collections.abc import Mapping
from itertools import chain, cycle, islice
from random import sample
from urllib.parse import urlsplit

HOST = "127.0.0.1"
_FIRST, _PORTS = 20_000, 10_000
"""Below the ports systems give to outgoing connections: one of those may be taken between the look and the use."""
_next = cycle(sample(range(_FIRST, _FIRST + _PORTS), _PORTS))
"""In an order of this process: others that start stacks meanwhile seldom look at the same port."""


def free_port(usual: int = 0) -> int:
    """A TCP port nobody listens on: ``usual`` when it is free, else another; no two calls of a process try the same."""
    for wanted in chain([usual] if usual else [], islice(_next, _PORTS)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # Servers set the same option; without it a port counts as taken for a minute after its last connection.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    message = "no free TCP port on 127.0.0.1"
    raise OSError(message)


async def ask(url: str, patience: float = 10.0, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """GET a plain http page: its status and body; status 0 when nobody answers within ``patience`` seconds."""
    return await asyncio.to_thread(_get, url, patience, headers or {})


def _get(url: str, patience: float, headers: Mapping[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or HOST, parts.port, timeout=patience)
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
