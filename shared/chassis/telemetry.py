"""Telemetry (链路追踪、指标): what goes out to whoever watches: one trace id from the HTTP request to the credit record.

The trace context is kept in the event's headers in the log, so it survives the outbox, a restart and a re-drive.
Spans carry no personal data: neither names nor numbers, only event types and counts.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from fastapi import FastAPI
from opentelemetry import context as contexts
from opentelemetry import metrics, trace
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event as SpanEvent
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes, AttributeValue
from prometheus_client import start_http_server
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.discretion import kept_quiet, kept_quiet_in

_tracer = trace.get_tracer("shenguan")
_w3c = TraceContextTextMapPropagator()
_ids = RandomIdGenerator()

_collected = False
"""Whether spans of this process go anywhere."""
_measured = False
"""Whether numbers of this process go anywhere."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SENT_EVERY = 15_000.0
"""Milliseconds."""
_ADDRESSES = ("http.url", "http.target", "url.full")
_NOTHING = ("url.query",)


class Discreet(SpanExporter):
    """Hands spans on without data of persons (链路不外泄): queries are cut off addresses, texts pass the last net."""

    def __init__(self, to: SpanExporter) -> None:
        self._to = to

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Clean copies; the spans themselves stay as they are."""
        return self._to.export([_discreet(span) for span in spans])

    def shutdown(self) -> None:
        """Let the exporter finish."""
        self._to.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """As the exporter does."""
        return self._to.force_flush(timeout_millis)


def _discreet(span: ReadableSpan) -> ReadableSpan:
    description = span.status.description
    return ReadableSpan(
        name=kept_quiet(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_attributes(span.attributes),
        events=[SpanEvent(kept_quiet(e.name), _attributes(e.attributes), e.timestamp) for e in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code, kept_quiet(description) if description else None),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _attributes(of: Attributes) -> Attributes:
    clean: dict[str, AttributeValue] = {}
    for name, value in (of or {}).items():
        told = str(value).partition("?")[0] if name in _ADDRESSES else value
        clean[name] = "" if name in _NOTHING else kept_quiet_in(told)
    return clean


def start_tracing(service: str, otlp_endpoint: str) -> None:
    """Install the tracer provider of this process; spans are made only when an OTLP endpoint is there to take them.

    The trace id goes on either way: a service that exports nothing hands it on as not sampled, and one that exports
    records whatever comes.
    """
    resource = Resource.create({"service.name": f"shenguan-{service}"})
    global _collected  # noqa: PLW0603 - one provider a process, as OpenTelemetry has it
    _collected = bool(otlp_endpoint)
    provider = TracerProvider(sampler=ALWAYS_ON if otlp_endpoint else ALWAYS_OFF, resource=resource)
    if otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra

        to = OTLPSpanExporter(endpoint=f"{otlp_endpoint.rstrip('/')}/v1/traces")
        provider.add_span_processor(BatchSpanProcessor(Discreet(to)))
    trace.set_tracer_provider(provider)


def start_metrics(service: str, otlp_endpoint: str, host: str, port: int) -> None:
    """Install the meter provider of this process; without anybody who collects, numbers go nowhere.

    ``port``: where Prometheus fetches them, 0: nowhere. Raises OSError: the port is taken.
    """
    readers: list[MetricReader] = []
    if port:
        start_http_server(port, host)
        readers.append(PrometheusMetricReader(scope_info_enabled=False))
    if otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415 - an extra

        to = OTLPMetricExporter(endpoint=f"{otlp_endpoint.rstrip('/')}/v1/metrics")
        readers.append(PeriodicExportingMetricReader(to, export_interval_millis=_SENT_EVERY))
    global _measured  # noqa: PLW0603 - one provider a process, as OpenTelemetry has it
    _measured = bool(readers)
    if readers:
        resource = Resource.create({"service.name": f"shenguan-{service}"})
        metrics.set_meter_provider(MeterProvider(readers, resource=resource))


def observe_requests(app: FastAPI) -> None:
    """Continue the trace a caller sends; where spans are collected, with one for every HTTP request.

    Where numbers are collected every request is timed.
    """
    if _measured:
        app.add_middleware(Timed)
    if _collected:
        FastAPIInstrumentor.instrument_app(
            app, excluded_urls="healthz,readyz,ops/v1", exclude_spans=["receive", "send"]
        )
    else:
        app.add_middleware(TraceOnly)


class Timed:
    """ASGI middleware: how long requests take (请求用时), by route as it is documented, method and status."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._took = metrics.get_meter("shenguan").create_histogram(
            "http.server.request.duration",
            "s",
            "请求用时 / how long requests took",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measured until the answer is out; an address nobody serves has no route, so that nobody makes up labels.

        A stream lasts as long as somebody listens: of that it is measured until the answer begins.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said: list[int] = []
        ended: list[float] = []

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                said.append(message["status"])
                if _is_stream(message):
                    ended.append(monotonic())
            await send(message)

        began = monotonic()
        try:
            await self._app(scope, receive, noting)
        finally:
            route = scope["path"] if scope.get("straight") else getattr(scope.get("route"), "path", "")
            labels = {"http.request.method": scope["method"], "http.route": route}
            took = (ended[0] if ended else monotonic()) - began
            self._took.record(took, labels | {"http.response.status_code": said[0] if said else 500})


def _is_stream(started: Message) -> bool:
    kind: bytes = dict(started["headers"]).get(b"content-type", b"")
    return kind.startswith(b"text/event-stream")


class TraceOnly:
    """ASGI middleware: a request's place in its trace, without the span nobody would collect (只传链路)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The caller's trace, or a new one; not sampled."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = next((value for name, value in scope["headers"] if name == b"traceparent"), b"")
        sender = _sender(said.decode("latin-1"))
        trace_id = sender.get_span_context().trace_id if sender else _ids.generate_trace_id()
        place = SpanContext(trace_id, _ids.generate_span_id(), is_remote=False)
        before = contexts.attach(trace.set_span_in_context(NonRecordingSpan(place)))
        try:
            await self._app(scope, receive, send)
        finally:
            contexts.detach(before)


def current_traceparent() -> str:
    """The W3C ``traceparent`` of the current span, or empty."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


@contextmanager
def continued(traceparent: str, name: str) -> Iterator[None]:
    """Handle one received event inside a span that continues the sender's trace.

    Where nobody collects spans none is made: what is handled inside goes on with the sender's.
    """
    if not _collected and (sender := _sender(traceparent)) is not None:
        before = contexts.attach(trace.set_span_in_context(sender))
        try:
            yield
        finally:
            contexts.detach(before)
        return
    context = _w3c.extract({"traceparent": traceparent}) if traceparent else None
    with _tracer.start_as_current_span(name, context=context, kind=SpanKind.CONSUMER):
        yield


def _sender(traceparent: str) -> NonRecordingSpan | None:
    """The span a ``traceparent`` of ours names (version 00, 55 characters); None for any other text."""
    version, _, rest = traceparent.partition("-")
    trace_id, _, rest = rest.partition("-")
    span_id, _, flags = rest.partition("-")
    if version != "00" or (len(trace_id), len(span_id), len(flags)) != (32, 16, 2):
        return None
    try:
        context = SpanContext(
            int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16))
        )
    except ValueError:
        return None
    return NonRecordingSpan(context) if context.is_valid else None
