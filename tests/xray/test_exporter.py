"""Spans leave by UDP and never trouble the application."""

import socket
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanContext, SpanKind

from serinus_xray import datagram
from serinus_xray.errors import InvalidSetting
from serinus_xray.exporter import XRayUdpSpanExporter
from serinus_xray.segment import Segment, decode
from tests.xray.schema import breaches
from tests.xray.spans import Kept, tracer


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        yield listening


def at(daemon: socket.socket) -> str:
    return f"127.0.0.1:{daemon.getsockname()[1]}"


def received(daemon: socket.socket) -> Segment:
    document = datagram.unpack(daemon.recv(70_000))
    assert breaches(document) == []
    return decode(document)


def test_each_document_is_one_datagram_by_the_schema(daemon: socket.socket) -> None:
    exporter = XRayUdpSpanExporter(at(daemon), "User Management")
    start = tracer(exporter, **{"service.version": "V2"}).start_as_current_span
    served = {"version": "V2", "aws.xray.annotations": ["version"]}
    asked = {"db.system": "sqlite", "db.name": "users"}
    with (
        start("POST /users", kind=SpanKind.SERVER, attributes=served),
        start("INSERT", kind=SpanKind.CLIENT, attributes=asked),
    ):
        pass
    query, segment = received(daemon), received(daemon)
    assert (query.name, query.parent_id, query.namespace) == ("users", segment.id, "remote")
    assert (segment.name, segment.annotations, exporter.sent, exporter.dropped) == (
        "User Management",
        {"version": "V2"},
        2,
        0,
    )
    exporter.shutdown()


def test_the_environment_names_address_and_service(daemon: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"tcp:127.0.0.1:1 udp:{at(daemon)}")
    monkeypatch.setenv("AWS_XRAY_TRACING_NAME", "From Environment")
    exporter = XRayUdpSpanExporter()
    tracer(exporter).start_span("served", kind=SpanKind.SERVER).end()
    assert received(daemon).name == "From Environment"
    exporter.shutdown()


def test_a_document_too_large_is_shrunk_and_counted(daemon: socket.socket) -> None:
    exporter = XRayUdpSpanExporter(at(daemon), "web")
    tracer(exporter).start_span("served", kind=SpanKind.SERVER, attributes={"big": "x" * 100_000, "small": 1}).end()
    assert received(daemon).metadata == {}
    assert (exporter.sent, exporter.shrunk, exporter.dropped) == (1, 1, 0)
    exporter.shutdown()


def test_a_document_that_cannot_be_shrunk_is_dropped_and_counted(daemon: socket.socket) -> None:
    exporter = XRayUdpSpanExporter(at(daemon), "web")
    attributes = {f"k{number}": "x" * 1000 for number in range(100)}
    kept = Kept()
    tracer(kept).start_span("s", attributes={**attributes, "aws.xray.annotations": list(attributes)}).end()
    assert exporter.export(kept.spans) is SpanExportResult.FAILURE
    assert (exporter.sent, exporter.dropped) == (0, 1)


def test_nobody_listening_is_counted_and_forgiven(daemon: socket.socket) -> None:
    address = at(daemon)
    daemon.close()
    exporter = XRayUdpSpanExporter(address, "web")
    kept = Kept()
    tracer(kept).start_span("served").end()
    for _ in range(10):
        exporter.export(kept.spans)
    assert exporter.sent + exporter.dropped == 10
    assert exporter.dropped > 0
    exporter.shutdown()


def test_an_unknown_host_is_counted_and_asked_for_again_only_later() -> None:
    now = 0.0
    exporter = XRayUdpSpanExporter("no-such-host.invalid:2000", "web", clock=lambda: now)
    kept = Kept()
    tracer(kept).start_span("served").end()
    exporter.export(kept.spans)
    exporter.export(kept.spans)
    assert (exporter.sent, exporter.dropped) == (0, 2)


def test_an_address_is_resolved_anew_after_a_while(daemon: socket.socket) -> None:
    times = iter([0.0, 61.0])
    exporter = XRayUdpSpanExporter(at(daemon), "web", clock=lambda: next(times))
    kept = Kept()
    tracer(kept).start_span("served").end()
    exporter.export(kept.spans)
    exporter.export(kept.spans)
    assert received(daemon).id == received(daemon).id
    exporter.shutdown()


def test_a_wrong_address_is_refused_at_once() -> None:
    with pytest.raises(InvalidSetting, match="AWS_XRAY_DAEMON_ADDRESS"):
        XRayUdpSpanExporter("nonsense")


def test_attributes_that_are_no_json_cost_their_span_only(daemon: socket.socket) -> None:
    exporter = XRayUdpSpanExporter(at(daemon), "web")
    odd = ReadableSpan("odd", SpanContext(1, 2, is_remote=False), attributes={"o": object()})  # type: ignore[dict-item]
    kept = Kept()
    tracer(kept).start_span("good").end()
    assert exporter.export([odd, ReadableSpan("without context"), *kept.spans]) is SpanExportResult.FAILURE
    assert (received(daemon).name, exporter.sent, exporter.dropped) == ("web", 1, 2)
    exporter.shutdown()
