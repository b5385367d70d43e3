"""Sent logs (日志外送): the lines of this process for a collector, as discreet as those on the terminal, with their trace.

The rest of telemetry is in chassis/telemetry.py; a log goes out by OTLP only where ``SHENGUAN_OTLP_ENDPOINT`` is set.
"""

import json
import logging

from opentelemetry import context as contexts
from opentelemetry._logs import Logger, LogRecord, SeverityNumber

_SEVERITIES = {
    logging.DEBUG: SeverityNumber.DEBUG,
    logging.INFO: SeverityNumber.INFO,
    logging.WARNING: SeverityNumber.WARN,
    logging.ERROR: SeverityNumber.ERROR,
    logging.CRITICAL: SeverityNumber.FATAL,
}
_OF_SENDING = ("opentelemetry", "urllib3", "requests")
"""Who speaks while lines are sent: sending what it says would never end."""
_ELSEWHERE = frozenset({"event", "level", "timestamp", "trace_id"})
"""What a record of OTLP says in members of its own."""


class Sent(logging.Handler):
    """Hands every line to a logger of OpenTelemetry; its formatter writes them as JSON, masked."""

    def __init__(self, to: Logger, formatter: logging.Formatter) -> None:
        super().__init__()
        self._to = to
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        """One line: what happened is its body, what it happened to its attributes."""
        if record.name.startswith(_OF_SENDING):
            return
        said = json.loads(self.format(record))
        self._to.emit(
            LogRecord(
                timestamp=int(record.created * 1e9),
                context=contexts.get_current(),
                severity_number=_SEVERITIES.get(record.levelno, SeverityNumber.UNSPECIFIED),
                severity_text=record.levelname,
                body=str(said["event"]),
                attributes={
                    name: value
                    if isinstance(value, str | int | float | bool)
                    else json.dumps(value, ensure_ascii=False)
                    for name, value in said.items()
                    if name not in _ELSEWHERE
                },
            )
        )


def sending(service: str, otlp_endpoint: str, formatter: logging.Formatter) -> Sent:
    """A handler that sends to a collector, in the background; what cannot be sent is dropped and said on the terminal."""
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter  # noqa: PLC0415 - an extra
    from opentelemetry.sdk._logs import LoggerProvider  # noqa: PLC0415 - only where it is used
    from opentelemetry.sdk._logs.export import BatchLogRecordProcessor  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415

    provider = LoggerProvider(resource=Resource.create({"service.name": f"shenguan-{service}"}))
    exporter = OTLPLogExporter(endpoint=f"{otlp_endpoint.rstrip('/')}/v1/logs")
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    return Sent(provider.get_logger("shenguan"), formatter)
