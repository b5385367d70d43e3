"""What a collector is sent of the logs: each line with its trace, no data of persons, nothing of the sending itself."""

import logging
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor

from chassis import logs
from chassis.logs import start_logging
from chassis.sent_logs import Sent
from chassis.telemetry import continued

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryLogRecordExporter]:
    exporter: InMemoryLogRecordExporter = InMemoryLogRecordExporter()  # type: ignore[no-untyped-call]
    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    monkeypatch.setattr(logs, "sending", lambda _service, _to, form: Sent(provider.get_logger("test"), form))
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield exporter
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_line_goes_out_with_its_trace_and_without_the_number(form: str, kept: InMemoryLogRecordExporter) -> None:
    start_logging("approval", form, "http://collector")
    with continued(f"00-{TRACE}-00f067aa0ba902b7-01", "test"):
        structlog.get_logger("ours").warning("it.failed", phone="13912345678", size=3, said={"no": 1})
    logging.getLogger("foreign").error("asked for %s", "11010519491231002X")
    logging.getLogger("urllib3.connectionpool").error("the collector is away")
    ours, foreign = [each.log_record for each in kept.get_finished_logs()]
    assert (ours.body, f"{ours.trace_id:032x}", ours.severity_text) == ("it.failed", TRACE, "WARNING")
    assert ours.attributes is not None
    assert dict(ours.attributes) == {"phone": "139****5678", "size": 3, "said": '{"no": 1}', "logger": "ours"}
    assert foreign.body == "asked for 110105********002X"


def test_without_a_collector_nothing_is_made(kept: InMemoryLogRecordExporter) -> None:
    start_logging("approval", "json")
    logging.getLogger("foreign").error("nobody hears")
    assert kept.get_finished_logs() == ()
