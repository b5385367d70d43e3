"""Serving (启动): one service as a process, from its settings to its exit code; the last line of every ``main.py``."""

import ctypes
import gc
import signal
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from chassis.access.settings import AccessError
from chassis.logs import start_logging
from chassis.runtime import Runtime
from chassis.settings import ServiceSettings
from chassis.telemetry import start_metrics, start_tracing
from chassis.watchdog import give_up


def serve(service: str, build: Callable[[Runtime], FastAPI], *, usual_port: int) -> None:
    """Run one service until it is told to stop (SIGTERM, SIGINT); the last line of every ``main.py``.

    ``usual_port`` is where it listens unless ``SHENGUAN_<SERVICE>_PORT`` says otherwise.

    Exits 70 when the database or the durables do not appear within a minute, when NATS does not sync every message, or
    when the port of the metrics is taken.
    """
    chosen = ServiceSettings.of(service)
    if not chosen.port:
        chosen = chosen.model_copy(update={"port": usual_port})
    start_logging(service, chosen.log_format, chosen.otlp_endpoint)
    start_tracing(service, chosen.otlp_endpoint)
    try:
        start_metrics(service, chosen.otlp_endpoint, chosen.host, chosen.metrics_port)
    except OSError as taken:
        give_up(f"指标端口 {chosen.metrics_port} 不能用 / the port of the metrics cannot be used: {taken}")
    try:
        application = build(Runtime(service, chosen))
    except AccessError as missing:
        give_up(str(missing))
    config = uvicorn.Config(
        application,
        host=chosen.host,
        port=chosen.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=15,
    )
    # uvicorn stops in good order and then raises the signal again, which would end the process as if killed by it.
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda _number, _frame: None)
    _settle()
    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        give_up("the service could not start")


def _settle() -> None:
    """What was imported stays for good: collections look at what came since, and less often than Python would.

    A batch of 256 events makes some 100,000 objects that die by themselves; the usual threshold of 700 would have
    the whole heap looked through several times a batch (docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTING)
    if hasattr(libc := ctypes.CDLL(None), "mallopt"):
        for option, value in _ALLOCATING.items():
            libc.mallopt(option, value)


_COLLECTING = (10_000, 10, 10)
_ALLOCATING = {-8: 2, -3: 128 * 1024, -1: 128 * 1024}
"""glibc: arenas for all threads together, and bytes from which a block goes back to the system once it is free.

Both grow by themselves otherwise, and the largest body anybody ever sent stays in memory.
"""
