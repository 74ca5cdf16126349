"""Protobuf spans become plain values, and those segments."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from serinus.tracestore import otlp
from serinus.tracestore.wire import Refused
from tests.contracts.test_otlp import attribute, request, span


def test_every_part_of_a_span_is_carried_over() -> None:
    sent = span(
        1,
        kind=Span.SPAN_KIND_CLIENT,
        parent_span_id=(2).to_bytes(8, "big"),
        flags=0x300,
        attributes=[
            attribute("text", "a"),
            KeyValue(key="list", value=AnyValue(array_value=ArrayValue(values=[AnyValue(double_value=1.5)]))),
            KeyValue(key="map", value=AnyValue(kvlist_value=KeyValueList(values=[attribute("n", 1)]))),
            KeyValue(key="bytes", value=AnyValue(bytes_value=b"\x01")),
            KeyValue(key="none", value=AnyValue()),
        ],
        status=Status(code=Status.STATUS_CODE_ERROR, message="broken"),
        events=[Span.Event(name="exception", time_unix_nano=1_000_000_000)],
        links=[Span.Link(trace_id=b"t" * 16, span_id=b"s" * 8)],
    )
    (found,) = otlp.spans(request(sent))
    assert (found.kind, found.parent_id, found.remote_parent) == ("CLIENT", f"{2:016x}", True)
    assert found.attributes == {"text": "a", "list": [1.5], "map": {"n": 1}, "bytes": "01", "none": None}
    assert (found.status, found.status_message) == ("ERROR", "broken")
    assert (found.events[0].name, found.events[0].time) == ("exception", 1.0)
    assert found.links[0].trace_id == (b"t" * 16).hex()
    assert found.resource == {"service.name": "checkout"}


@pytest.mark.parametrize(
    ("kind", "flags", "remote"),
    [
        (Span.SPAN_KIND_SERVER, 0, True),
        (Span.SPAN_KIND_SERVER, 0x100, False),
        (Span.SPAN_KIND_INTERNAL, 0, False),
        (Span.SPAN_KIND_INTERNAL, 0x300, True),
    ],
)
def test_a_remote_parent_is_what_the_sender_says_or_its_kind(kind: int, flags: int, remote: bool) -> None:
    (found,) = otlp.spans(request(span(1, kind=kind, flags=flags)))
    assert found.remote_parent is remote


def test_a_bomb_is_refused_without_unpacking_it() -> None:
    bomb = gzip.compress(b"\0" * (otlp.MAX_UNPACKED * 3))
    with pytest.raises(Refused) as refused:
        otlp.unpacked(bomb, "gzip")
    assert refused.value.status == 413


@given(st.binary(max_size=100))
@settings(deadline=None)
def test_packing_and_unpacking_is_the_identity(body: bytes) -> None:
    assert otlp.unpacked(gzip.compress(body), "gzip") == body == otlp.unpacked(body, "")


@given(st.binary(max_size=100))
@settings(deadline=None)
def test_any_bytes_are_a_request_or_refused(body: bytes) -> None:
    try:
        mapped = otlp.segments(body)
    except Refused:
        return
    answer = ExportTraceServiceResponse.FromString(otlp.answer(mapped.refused))
    assert answer.partial_success.rejected_spans == len(mapped.refused)
