"""Telemetry (链路追踪): one trace id from the HTTP request to the credit record.

The trace context is kept in the event's headers in the log, so it survives the outbox, a restart and a re-drive.
Spans carry no personal data: neither names nor numbers, only event types and counts.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_tracer = trace.get_tracer("shenguan")
_w3c = TraceContextTextMapPropagator()


def start_tracing(service: str, otlp_endpoint: str) -> None:
    """Install the tracer provider of this process; spans are exported only when an OTLP endpoint is given."""
    provider = TracerProvider(resource=Resource.create({"service.name": f"shenguan-{service}"}))
    if otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_endpoint)))
    trace.set_tracer_provider(provider)


def trace_requests(app: FastAPI) -> None:
    """Give every HTTP request a span, and continue the trace a caller sends."""
    FastAPIInstrumentor.instrument_app(app, excluded_urls="healthz,readyz,ops/v1", exclude_spans=["receive", "send"])


def current_traceparent() -> str:
    """The W3C ``traceparent`` of the current span, or empty."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


@contextmanager
def continued(traceparent: str, name: str) -> Iterator[None]:
    """Handle one received event inside a span that continues the sender's trace."""
    context = _w3c.extract({"traceparent": traceparent}) if traceparent else None
    with _tracer.start_as_current_span(name, context=context, kind=SpanKind.CONSUMER):
        yield
