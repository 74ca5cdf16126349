"""OpenTelemetry's own protocol as a way in. In: an ExportTraceServiceRequest. Out: spans as values, then segments.
Source: opentelemetry-proto 1.x; https://opentelemetry.io/docs/specs/otlp/.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

from google.protobuf.message import DecodeError
from msgspec import Struct
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from serinus.tracestore.wire import Refused, invalid
from serinus_xray.errors import XRayError
from serinus_xray.otel import segments_of
from serinus_xray.segment import Segment, decode, encode
from serinus_xray.span import SpanData, SpanEvent, SpanLink

MEDIA_TYPE: Final = "application/x-protobuf"
MAX_UNPACKED: Final = 20 * 1024 * 1024
_GZIP: Final = 31
_REMOTE_KNOWN: Final = 0x100  # Span.flags: whether bit 0x200 (the parent is in another process) was set on purpose
_REMOTE: Final = 0x200
_NANOSECONDS: Final = 1e9


class Mapped(Struct, frozen=True):
    """`refused`: spans that cannot be a segment, each with its reason."""

    documents: tuple[tuple[Segment, bytes], ...]
    refused: tuple[XRayError, ...]


def check_type(content_type: str) -> None:
    """Raises Refused for OTLP's JSON form and anything else that is not protobuf."""
    if content_type.partition(";")[0].strip() != MEDIA_TYPE:
        raise Refused(415, "UnsupportedMediaType", f"Content-Type: must be {MEDIA_TYPE}, got {content_type!r}")


def unpacked(body: bytes, encoding: str) -> bytes:
    """Undo `Content-Encoding`: gzip or none. Raises Refused for others, for no gzip, beyond 20 MiB."""
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise Refused(415, "UnsupportedMediaType", f"Content-Encoding: must be gzip or identity, got {encoding!r}")
    inflater = zlib.decompressobj(_GZIP)
    try:
        plain = inflater.decompress(body, MAX_UNPACKED)
    except zlib.error as error:
        raise invalid(f"body: must be gzip as Content-Encoding says ({error})") from error
    if inflater.unconsumed_tail:
        raise Refused(413, "RequestEntityTooLarge", f"an unpacked body may hold {MAX_UNPACKED} bytes")
    return plain


def segments(body: bytes) -> Mapped:
    """Each span on its own, checked as any document is. Raises Refused for what is no request."""
    found: list[tuple[Segment, bytes]] = []
    refused: list[XRayError] = []
    for span in spans(body):
        try:
            documents = [encode(segment) for segment in segments_of(span)]
            found += [(decode(document), document) for document in documents]
        except XRayError as error:
            refused.append(error)
    return Mapped(tuple(found), tuple(refused))


def answer(refused: Iterable[XRayError]) -> bytes:
    """The response: how many spans were not taken, and why the first one."""
    reasons = [str(error) for error in refused]
    response = ExportTraceServiceResponse()
    if reasons:
        partial = ExportTracePartialSuccess(rejected_spans=len(reasons), error_message=reasons[0][:500])
        response.partial_success.CopyFrom(partial)
    serialized: bytes = response.SerializeToString()
    return serialized


def spans(body: bytes) -> Iterator[SpanData]:
    """Every span of the request, with its resource's attributes. Raises Refused for what is no request."""
    request = ExportTraceServiceRequest()
    try:
        request.ParseFromString(body)
    except DecodeError as error:
        raise invalid(f"body: must be a protobuf ExportTraceServiceRequest ({error})") from error
    for of_resource in request.resource_spans:
        resource = _attributes(of_resource.resource.attributes)
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                yield _span(span, resource)


def _span(span: Span, resource: dict[str, Any]) -> SpanData:
    return SpanData(
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex() or None,
        name=span.name,
        kind=_kind(span.kind),
        start=span.start_time_unix_nano / _NANOSECONDS,
        end=span.end_time_unix_nano / _NANOSECONDS,
        attributes=_attributes(span.attributes),
        resource=resource,
        status=_status(span.status),
        status_message=span.status.message,
        events=tuple(
            SpanEvent(event.name, event.time_unix_nano / _NANOSECONDS, _attributes(event.attributes))
            for event in span.events
        ),
        links=tuple(
            SpanLink(link.trace_id.hex(), link.span_id.hex(), _attributes(link.attributes)) for link in span.links
        ),
        remote_parent=_remote(span),
    )


def _kind(kind: Span.SpanKind.ValueType) -> str:
    known = {
        Span.SPAN_KIND_SERVER: "SERVER",
        Span.SPAN_KIND_CLIENT: "CLIENT",
        Span.SPAN_KIND_PRODUCER: "PRODUCER",
        Span.SPAN_KIND_CONSUMER: "CONSUMER",
    }
    return known.get(kind, "INTERNAL")


def _status(status: Status) -> str:
    return {Status.STATUS_CODE_OK: "OK", Status.STATUS_CODE_ERROR: "ERROR"}.get(status.code, "UNSET")


def _remote(span: Span) -> bool:
    """Senders that do not say are believed by the kind: what serves or consumes was called from elsewhere."""
    if span.flags & _REMOTE_KNOWN:
        return bool(span.flags & _REMOTE)
    return span.kind in {Span.SPAN_KIND_SERVER, Span.SPAN_KIND_CONSUMER}


def _attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in pairs}


def _value(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return _attributes(value.kvlist_value.values)
    if kind == "bytes_value":
        return value.bytes_value.hex()
    return None if kind is None else getattr(value, kind)
