"""Spans flow in from the instrumentations, segments flow out to the X-Ray daemon's UDP port (or OTLP if asked for).

Every server span carries the annotation `version`, so that traces of two releases can be told apart and searched.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from fastapi import FastAPI
from opentelemetry import propagate, trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.instrumentation.propagators import ResponsePropagator, set_global_response_propagator
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from omnitech_chassis.errors import ConfigurationError
from omnitech_chassis.settings import ServiceSettings
from serinus_xray import header
from serinus_xray.context_missing import ContextMissing
from serinus_xray.environment import Strategy
from serinus_xray.exporter import XRayUdpSpanExporter
from serinus_xray.propagator import XRayIdGenerator, XRayPropagator

EXPORT_EVERY_MS = 200
TRACE_HEADER = header.NAME


def start(settings: ServiceSettings) -> TracerProvider:
    """A provider that sends what it is given; the sampler is OTEL_TRACES_SAMPLER's, by default every trace."""
    speak()
    provider = TracerProvider(
        resource=_resource(settings),
        id_generator=XRayIdGenerator(),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(ContextMissing(Strategy(settings.aws_xray_context_missing)))
    provider.add_span_processor(
        BatchSpanProcessor(_exporter(settings), schedule_delay_millis=EXPORT_EVERY_MS, max_queue_size=8192)
    )
    return provider


def speak() -> None:
    """W3C's header and X-Ray's, in this process; where both come, X-Ray's counts. Replies name their trace."""
    propagate.set_global_textmap(CompositePropagator([TraceContextTextMapPropagator(), XRayPropagator()]))
    set_global_response_propagator(TraceInReply())  # type: ignore[no-untyped-call]


def _resource(settings: ServiceSettings) -> Resource:
    named = {"service.name": settings.aws_xray_tracing_name, "service.version": settings.app_version}
    return OTELResourceDetector().detect().merge(Resource({**named, "telemetry.sdk.language": "python"}))


def _exporter(settings: ServiceSettings) -> SpanExporter:
    if settings.otel_exporter_otlp_endpoint is None:
        return XRayUdpSpanExporter(settings.aws_xray_daemon_address, settings.aws_xray_tracing_name)
    try:
        otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError:
        rule = "needs the extra omnitech-chassis[otlp] to be installed"
        raise ConfigurationError("OTEL_EXPORTER_OTLP_ENDPOINT", rule) from None
    exporter: SpanExporter = otlp.OTLPSpanExporter()
    return exporter


def trace_server(app: FastAPI, provider: trace.TracerProvider, version: str, untraced: frozenset[str]) -> None:
    """One SERVER span a request with its route, none for `untraced` paths."""

    def annotate(span: trace.Span, _scope: MutableMapping[str, Any]) -> None:
        span.set_attributes({"version": version, "aws.xray.annotations": ["version"]})

    FastAPIInstrumentor.instrument_app(
        app,
        tracer_provider=provider,
        server_request_hook=annotate,
        exclude_spans=["receive", "send"],
        excluded_urls=f"^https?://[^/]*({'|'.join(sorted(untraced))})$",
    )


def current_trace() -> str:
    """The trace context of now, as one header value that can be kept in a database."""
    carrier: dict[str, str] = {}
    XRayPropagator().inject(carrier)
    return carrier.get(TRACE_HEADER, "")


@contextmanager
def continuing(kept: str) -> Iterator[None]:
    """Everything inside belongs to the trace that `current_trace` kept."""
    context: Context = XRayPropagator().extract({TRACE_HEADER: kept}, Context())
    token = attach(context)
    try:
        yield
    finally:
        detach(token)


class TraceInReply(ResponsePropagator):
    """Tells the client which trace its request became."""

    def inject(self, carrier: Any, context: Context | None = None, setter: Any = None) -> None:
        span = trace.get_current_span(context).get_span_context()
        if span.is_valid and setter is not None:
            carried: dict[str, str] = {}
            XRayPropagator().inject(carried, context)
            setter.set(carrier, TRACE_HEADER, carried[TRACE_HEADER])
