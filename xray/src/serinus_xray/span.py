"""A finished span as plain values.
What the OpenTelemetry SDK holds, or OTLP carries, goes in; `otel` maps the result without knowing where it came from.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanContext

LOCAL_ROOT: Final = "LOCAL_ROOT"
NANOSECONDS: Final = 1e9


class SpanEvent(msgspec.Struct, frozen=True):
    name: str
    time: float
    attributes: Mapping[str, Any] = {}


class SpanLink(msgspec.Struct, frozen=True):
    """Ids as the W3C writes them."""

    trace_id: str
    span_id: str
    attributes: Mapping[str, Any] = {}


class SpanData(msgspec.Struct, frozen=True):
    """Ids in W3C hex, times in epoch seconds, kind and status by OpenTelemetry's names in capitals."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    kind: str  # INTERNAL | SERVER | CLIENT | PRODUCER | CONSUMER
    start: float
    end: float
    attributes: Mapping[str, Any] = {}
    resource: Mapping[str, Any] = {}
    status: str = "UNSET"  # UNSET | OK | ERROR
    status_message: str = ""
    events: tuple[SpanEvent, ...] = ()
    links: tuple[SpanLink, ...] = ()
    remote_parent: bool = False

    @property
    def calls_out(self) -> bool:
        return self.kind in {"CLIENT", "PRODUCER", "CONSUMER"}

    @property
    def is_local_root(self) -> bool:
        """Whether its service has no span above it. A remote parent does not say so by itself:
        work handed over inside one service continues its own segment.
        """
        return (
            self.kind == "SERVER"
            or self.parent_id is None
            or self.attributes.get("aws.span.kind") == LOCAL_ROOT
            or (self.remote_parent and self.kind == "CONSUMER")
        )


def span_data(span: ReadableSpan) -> SpanData:
    """Raises ValueError if the span has no context."""
    context = span.get_span_context()
    if context is None:
        raise ValueError(f"span {span.name!r} has no context")
    start = span.start_time or 0
    return SpanData(
        trace_id=f"{context.trace_id:032x}",
        span_id=f"{context.span_id:016x}",
        parent_id=_parent_id(span.parent, context.trace_id),
        name=span.name,
        kind=span.kind.name,
        start=start / NANOSECONDS,
        end=(span.end_time or start) / NANOSECONDS,
        attributes=span.attributes or {},
        resource=span.resource.attributes,
        status=span.status.status_code.name,
        status_message=span.status.description or "",
        events=tuple(
            SpanEvent(event.name, event.timestamp / NANOSECONDS, event.attributes or {}) for event in span.events
        ),
        links=tuple(
            SpanLink(f"{link.context.trace_id:032x}", f"{link.context.span_id:016x}", link.attributes or {})
            for link in span.links
        ),
        remote_parent=span.parent is not None and span.parent.is_remote,
    )


def _parent_id(parent: SpanContext | None, trace_id: int) -> str | None:
    return None if parent is None or parent.span_id == no_parent(trace_id) else f"{parent.span_id:016x}"


def no_parent(trace_id: int) -> int:
    """Stands for no parent where a trace id comes alone, as from an ALB: OpenTelemetry carries none without a span."""
    return trace_id & (1 << 64) - 1
