"""OpenTelemetry spans as X-Ray segments, mapped as AWS's own exporter maps them.
A span's plain values go in (from the SDK or from OTLP); segments and independent subsegments come out.
Source: opentelemetry-collector-contrib, exporter/awsxrayexporter.
"""

from typing import Any, Final

import msgspec
from opentelemetry.sdk.trace import ReadableSpan

from serinus_xray.segment import Segment


class SpanEvent(msgspec.Struct, frozen=True):
    name: str
    time: float
    attributes: dict[str, Any] = {}


class SpanLink(msgspec.Struct, frozen=True):
    """Ids as the W3C writes them."""

    trace_id: str
    span_id: str
    attributes: dict[str, Any] = {}


class SpanData(msgspec.Struct, frozen=True):
    """Ids in W3C hex, times in epoch seconds, kind and status by OpenTelemetry's names in capitals."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    kind: str  # INTERNAL | SERVER | CLIENT | PRODUCER | CONSUMER
    start: float
    end: float
    attributes: dict[str, Any] = {}
    resource: dict[str, Any] = {}
    status: str = "UNSET"  # UNSET | OK | ERROR
    status_message: str = ""
    events: tuple[SpanEvent, ...] = ()
    links: tuple[SpanLink, ...] = ()
    remote_parent: bool = False


class Indexing(msgspec.Struct, frozen=True):
    """Which attributes become annotations, beside those a span names in `aws.xray.annotations`."""

    attributes: frozenset[str] = frozenset()
    everything: bool = False


NOTHING_MORE: Final = Indexing()


def segments_of(
    span: SpanData, tracing_name: str | None = None, indexing: Indexing = NOTHING_MORE
) -> tuple[Segment, ...]:
    """One document, or two where a span without parent calls out: its service's segment and the call."""
    raise NotImplementedError


def segment_of(span: ReadableSpan, tracing_name: str | None, indexing: Indexing = NOTHING_MORE) -> tuple[Segment, ...]:
    raise NotImplementedError
