"""Spans by hand, recorded and real.
Short arguments go in; SpanData, or spans of the OpenTelemetry SDK, come out.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer

from serinus_xray.propagator import XRayIdGenerator
from serinus_xray.span import SpanData, SpanEvent
from tests.xray.golden import parsed

TRACE: Final = "6b0395b6e1528ba4e0e4bc4d74691ee2"
PARENT: Final = "ad347fa98bfc0bf3"


def span(kind: str = "SERVER", parent: str | None = None, **fields: Any) -> SpanData:
    given: dict[str, Any] = {"name": "GET /users", "start": 1.0, "end": 1.5, **fields}
    return SpanData(trace_id=TRACE, span_id="ae7af3c42e83ac30", parent_id=parent, kind=kind, **given)


class Kept(SpanExporter):
    """Finished spans, in order."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans += spans
        return SpanExportResult.SUCCESS


def tracer(exporter: SpanExporter, **resource: Any) -> Tracer:
    """A real SDK that exports each span as it ends."""
    provider = TracerProvider(resource=Resource(resource), id_generator=XRayIdGenerator(), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("tests")


def recorded() -> list[SpanData]:
    """The spans of the recorded OTLP trace, as an OTLP door would read them."""
    return [
        _recorded(each, _values(resource["resource"]["attributes"]))
        for resource in parsed("31")["resourceSpans"]
        for scope in resource["scopeSpans"]
        for each in scope["spans"]
    ]


_KINDS: Final = {1: "INTERNAL", 2: "SERVER", 3: "CLIENT", 4: "PRODUCER", 5: "CONSUMER"}
_STATUS: Final = {0: "UNSET", 1: "OK", 2: "ERROR"}


def _recorded(each: dict[str, Any], resource: dict[str, Any]) -> SpanData:
    status = each.get("status", {})
    return SpanData(
        trace_id=each["traceId"],
        span_id=each["spanId"],
        parent_id=each.get("parentSpanId"),
        name=each["name"],
        kind=_KINDS[each["kind"]],
        start=int(each["startTimeUnixNano"]) / 1e9,
        end=int(each["endTimeUnixNano"]) / 1e9,
        attributes=_values(each.get("attributes", [])),
        resource=resource,
        status=_STATUS[status.get("code", 0)],
        status_message=status.get("message", ""),
        events=tuple(
            SpanEvent(event["name"], int(event["timeUnixNano"]) / 1e9, _values(event.get("attributes", [])))
            for event in each.get("events", [])
        ),
    )


def _values(pairs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {pair["key"]: _value(pair["value"]) for pair in pairs}


def _value(value: dict[str, Any]) -> Any:
    ((kind, content),) = value.items()
    read: dict[str, Callable[[Any], Any]] = {
        "intValue": int,
        "arrayValue": lambda array: [_value(item) for item in array["values"]],
    }
    return read.get(kind, lambda plain: plain)(content)
