"""Logs (日志): one line per event, JSON for machines or coloured for people, with the trace id. No personal data.

The last net: whatever looks like a resident identity number, a mobile phone or a mail address is masked (discretion.py).
"""

import logging

import structlog
from opentelemetry import trace
from structlog.typing import EventDict, WrappedLogger

from chassis.discretion import kept_quiet, kept_quiet_in
from chassis.sent_logs import sending

_OURS = frozenset({"timestamp", "level", "logger", "trace_id"})


def start_logging(service: str, form: str, otlp_endpoint: str = "") -> None:
    """Configure the process: ``form`` is ``json`` or ``console``. Standard-library loggers go the same way.

    ``otlp_endpoint``: a collector every line is sent to as well.
    """
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace_id,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    for_machines = _formatter(shared, structlog.processors.JSONRenderer(ensure_ascii=False))
    handler = logging.StreamHandler()
    handler.setFormatter(for_machines if form == "json" else _formatter(shared, structlog.dev.ConsoleRenderer()))
    root = logging.getLogger()
    root.handlers = [handler, *([sending(service, otlp_endpoint, for_machines)] if otlp_endpoint else [])]
    root.setLevel(logging.INFO)
    for chatty in ("uvicorn.access", "httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)


def _formatter(
    shared: list[structlog.types.Processor], last: structlog.types.Processor
) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            discreetly,
            last,
        ],
    )


def discreetly(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """The line without data of persons, exception included."""
    return {kept_quiet(name): value if name in _OURS else kept_quiet_in(value) for name, value in event.items()}


def _trace_id(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
    return event
