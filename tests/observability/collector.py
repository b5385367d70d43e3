"""An OTLP receiver (收链路的一端): takes the spans and numbers of a stack over HTTP, as a collector does."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

SERVICE = "service.name"


class Collector:
    """What was received."""

    def __init__(self) -> None:
        self.traces: dict[str, set[str]] = {}
        """Trace id → services that sent spans of it."""
        self.texts: list[str] = []
        """Everything spans say: names, attributes, events."""
        self.numbers: dict[str, set[str]] = {}
        """Service → names of its numbers."""
        self.lines: list[tuple[str, str, str]] = []
        """Service, trace id (empty outside of one) and everything the line says."""
        self.url = ""

    def take(self, path: str, body: bytes) -> None:
        """One request's worth."""
        if path == "/v1/traces":
            for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                service = _service(of_resource.resource.attributes)
                for span in (span for scope in of_resource.scope_spans for span in scope.spans):
                    self.traces.setdefault(span.trace_id.hex(), set()).add(service)
                    self.texts.append(str(span))
        elif path == "/v1/metrics":
            for told in ExportMetricsServiceRequest.FromString(body).resource_metrics:
                names = {metric.name for scope in told.scope_metrics for metric in scope.metrics}
                self.numbers.setdefault(_service(told.resource.attributes), set()).update(names)
        elif path == "/v1/logs":
            for of_resource in ExportLogsServiceRequest.FromString(body).resource_logs:
                service = _service(of_resource.resource.attributes)
                for line in (line for scope in of_resource.scope_logs for line in scope.log_records):
                    self.lines.append((service, line.trace_id.hex(), str(line)))


@contextmanager
def collecting() -> Iterator[Collector]:
    """A receiver for as long as the block lasts."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            collector.take(self.path, body)
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server calls it
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _service(attributes: object) -> str:
    return next((each.value.string_value for each in attributes if each.key == SERVICE), "")  # type: ignore[attr-defined] # of the generated messages
