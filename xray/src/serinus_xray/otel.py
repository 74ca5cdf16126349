"""OpenTelemetry spans as X-Ray segments, mapped as AWS's own exporter maps them.
A span's plain values go in (from the SDK or from OTLP); segments and independent subsegments come out.
Source: opentelemetry-collector-contrib, exporter/awsxrayexporter, segment.go. No clock, no randomness.
"""

from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace
from opentelemetry.sdk.trace import ReadableSpan

from serinus_xray.attributes import text
from serinus_xray.coerce import MAX_TEXT
from serinus_xray.ids import from_w3c
from serinus_xray.lenient import clean_name
from serinus_xray.otel_annotations import LISTED, Described, Indexing, describe
from serinus_xray.otel_aws import AWS_KEYS, aws_of_call, aws_of_service, is_aws_call, origin_of, service_of
from serinus_xray.otel_cause import cause_of, flags_of
from serinus_xray.otel_http import HTTP_KEYS, URL, http_of
from serinus_xray.otel_sql import SQL_KEYS, database_name, sql_of
from serinus_xray.segment import Link, Segment
from serinus_xray.span import SpanData, span_data

NOTHING_MORE: Final = Indexing()
MAX_LINKS: Final = 20
UNNAMED: Final = "span"
_SUBSEGMENT: Final = "subsegment"
_RESOURCE_ARN: Final = "aws.xray.resource_arn"
_NEVER_METADATA: Final = AWS_KEYS | {LISTED, "enduser.id", "aws.xray.traced", _RESOURCE_ARN}


def segment_of(span: ReadableSpan, tracing_name: str | None, indexing: Indexing = NOTHING_MORE) -> tuple[Segment, ...]:
    return segments_of(span_data(span), tracing_name, indexing)


def segments_of(
    span: SpanData, tracing_name: str | None = None, indexing: Indexing = NOTHING_MORE
) -> tuple[Segment, ...]:
    """One document, or two where the first span of a service is a call: the service's segment and the call.

    `tracing_name` is the name of the service's own segments, before `aws.local.service` and `service.name`.
    Raises MalformedHeader if the trace id is not 32 hexadecimal digits.
    """
    if not span.is_local_root:
        return (_call(span, indexing),)
    segment = _service_segment(span, tracing_name, indexing)
    if not span.calls_out:
        return (segment,)
    service_id = blake2b(span.span_id.encode(), digest_size=8, person=b"service").hexdigest()
    call = _call(replace(span, parent_id=service_id), indexing)
    consumes = span.kind == "CONSUMER"  # links belong to whoever takes the message up
    return (
        replace(segment, id=service_id, http=None, sql=None, links=segment.links if consumes else ()),
        replace(call, namespace=call.namespace or "remote", links=() if consumes else call.links),
    )


def _service_segment(span: SpanData, tracing_name: str | None, indexing: Indexing) -> Segment:
    segment = _common(span, indexing, with_resource=True)
    name = tracing_name or text(span.attributes, "aws.local.service") or text(span.resource, "service.name")
    return replace(
        segment,
        name=_clean(name or span.name),
        origin=origin_of(span.resource),
        service=service_of(span.resource),
        aws=aws_of_service(span.resource),
    )


def _call(span: SpanData, indexing: Indexing) -> Segment:
    return replace(
        _common(span, indexing, with_resource=False),
        name=_clean(_callee(span)),
        type=_SUBSEGMENT,
        namespace=_namespace(span),
        aws=aws_of_call(span.attributes) if span.calls_out else {},
    )


def _common(span: SpanData, indexing: Indexing, *, with_resource: bool) -> Segment:
    http, sql, flags = http_of(span), sql_of(span), flags_of(span)
    described = _describe(
        span, indexing, about_http=http is not None, about_sql=sql is not None, resource=with_resource
    )
    user = text(span.attributes, "enduser.id", "user.id")
    return Segment(
        name=UNNAMED,
        id=span.span_id,
        trace_id=from_w3c(span.trace_id),
        parent_id=span.parent_id,
        start_time=span.start,
        end_time=span.end,
        user=None if user is None else user[:MAX_TEXT],
        http=http,
        sql=sql,
        error=flags.error,
        throttle=flags.throttle,
        fault=flags.fault,
        cause=cause_of(span),
        annotations=described.annotations,
        metadata=described.metadata,
        resource_arn=text(span.attributes, _RESOURCE_ARN),
        links=tuple(
            Link(from_w3c(link.trace_id), link.span_id, dict(link.attributes)) for link in span.links[:MAX_LINKS]
        ),
    )


def _describe(span: SpanData, indexing: Indexing, *, about_http: bool, about_sql: bool, resource: bool) -> Described:
    consumed = _NEVER_METADATA | (HTTP_KEYS if about_http else frozenset()) | (SQL_KEYS if about_sql else frozenset())
    return describe(span, indexing, consumed, with_resource=resource)


def _namespace(span: SpanData) -> str | None:
    if is_aws_call(span):
        return "aws"
    if span.kind == "CLIENT" or (span.calls_out and "aws.remote.service" in span.attributes):
        return "remote"
    return None


def _callee(span: SpanData) -> str:
    """X-Ray names a call after the service that is called, OpenTelemetry after the operation."""
    if not span.calls_out:
        return span.name
    attributes = span.attributes
    remote = text(attributes, "aws.remote.service")
    if remote is not None:
        return remote.removeprefix("AWS.SDK.").removeprefix("AWS::") if is_aws_call(span) else remote
    return (
        text(attributes, "peer.service", "service.peer.name", "aws.service")
        or database_name(attributes)
        or text(attributes, "rpc.service", "http.host", "net.peer.name", "server.address")
        or urlsplit(text(attributes, *URL) or "").hostname
        or span.name
    )


def _clean(name: str) -> str:
    return clean_name(name).strip() or UNNAMED
