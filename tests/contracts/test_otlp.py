"""OpenTelemetry's exporters may send straight to us: the real protobuf in, X-Ray's segments out."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from serinus.tracestore.server import Addresses
from tests.contracts.documents import AGO, now
from tests.contracts.servers import until

PROTOBUF = {"content-type": "application/x-protobuf"}
TRACE = bytes.fromhex("6a0000000123456789abcdef01234567")


def attribute(key: str, value: str | int) -> KeyValue:
    """One attribute."""
    return KeyValue(
        key=key, value=AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=value)
    )


def request(*spans: Span) -> bytes:
    """What an exporter of the service `checkout` sends."""
    resource = Resource(attributes=[attribute("service.name", "checkout")])
    of_scope = ScopeSpans(spans=spans)
    body = ExportTraceServiceRequest(resource_spans=[ResourceSpans(resource=resource, scope_spans=[of_scope])])
    serialized: bytes = body.SerializeToString()
    return serialized


def span(number: int, **more: Any) -> Span:
    """A span of a tenth of a second."""
    at = int((now() - AGO) * 1e9)
    fields: dict[str, Any] = {
        "trace_id": TRACE,
        "span_id": number.to_bytes(8, "big"),
        "name": f"span {number}",
        "kind": Span.SPAN_KIND_SERVER,
        "start_time_unix_nano": at,
        "end_time_unix_nano": at + 100_000_000,
    }
    return Span(**(fields | more))


def export(xray: Addresses, body: bytes, headers: dict[str, str]) -> httpx2.Response:
    """POST /v1/traces."""
    return httpx2.post(f"{xray.url}/v1/traces", content=body, headers=headers, timeout=20)


def test_spans_come_back_as_a_trace(xray: Addresses, client: Any) -> None:
    server = span(1, attributes=[attribute("http.request.method", "GET"), attribute("http.response.status_code", 503)])
    inner = span(2, kind=Span.SPAN_KIND_INTERNAL, parent_span_id=server.span_id, name="work")
    answer = export(xray, gzip.compress(request(server, inner)), PROTOBUF | {"content-encoding": "gzip"})
    assert answer.status_code == 200
    assert not ExportTraceServiceResponse.FromString(answer.content).HasField("partial_success")
    (trace,) = until(lambda: client.batch_get_traces(TraceIds=["1-6a000000-0123456789abcdef01234567"])["Traces"])
    (segment,) = [json.loads(part["Document"]) for part in trace["Segments"]]
    assert (segment["name"], segment["fault"], segment["subsegments"][0]["name"]) == ("checkout", True, "work")


def test_a_span_that_cannot_be_a_segment_is_counted_and_explained(xray: Addresses) -> None:
    answer = export(xray, request(span(1), span(2, trace_id=b"short")), PROTOBUF)
    partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert partial.rejected_spans == 1
    assert "32 hex" in partial.error_message or "trace_id" in partial.error_message


@pytest.mark.parametrize(
    ("body", "headers", "status", "said"),
    [
        (b"{}", {"content-type": "application/json"}, 415, "Content-Type"),
        (b"x", PROTOBUF | {"content-encoding": "br"}, 415, "Content-Encoding"),
        (b"no gzip", PROTOBUF | {"content-encoding": "gzip"}, 400, "gzip"),
        (b"\xff\xff\xff", PROTOBUF, 400, "protobuf"),
        (gzip.compress(b"\0" * (20 * 1024 * 1024 + 1)), PROTOBUF | {"content-encoding": "gzip"}, 413, "20971520"),
    ],
)
def test_what_is_no_export_is_refused(
    xray: Addresses, body: bytes, headers: dict[str, str], status: int, said: str
) -> None:
    answer = export(xray, body, headers)
    assert answer.status_code == status
    assert said in answer.json()["Message"]
