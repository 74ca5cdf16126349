"""Traces are kept and continued, and leave by UDP as X-Ray segments."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from omnitech_chassis import tracing
from omnitech_chassis.settings import ServiceSettings
from serinus_xray import datagram, segment
from tests.services.serving import recording

ROOT = "1-5759e988-bd862e3fe1be46a994272793"


@pytest.fixture
def daemon() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(10)
        yield listening


def test_a_kept_trace_is_continued() -> None:
    provider, exporter = recording()
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("request") as request:
        kept = tracing.current_trace()

    with tracing.continuing(kept), tracer.start_as_current_span("later"):
        pass

    later = exporter.get_finished_spans()[-1]
    assert later.parent is not None
    assert later.parent.span_id == request.get_span_context().span_id
    assert later.context.trace_id == request.get_span_context().trace_id


def test_outside_of_a_trace_there_is_nothing_to_keep_and_nothing_to_continue() -> None:
    assert tracing.current_trace() == ""
    with tracing.continuing(""):
        assert not trace.get_current_span().get_span_context().is_valid


def test_a_kept_trace_is_one_header_that_fits_its_column() -> None:
    with recording()[0].get_tracer("test").start_as_current_span("request"):
        kept = tracing.current_trace()

    assert kept.startswith("Root=1-")
    assert len(kept) < 200


def test_spans_leave_as_segments_with_the_services_name_and_version(daemon: socket.socket) -> None:
    address = f"127.0.0.1:{daemon.getsockname()[1]}"
    settings = ServiceSettings(aws_xray_daemon_address=address, aws_xray_tracing_name="V2-Notification-Microservice")
    provider: TracerProvider = tracing.start(settings)
    with provider.get_tracer("test").start_as_current_span("request", kind=trace.SpanKind.SERVER) as span:
        span.set_attributes({"version": "V2", "aws.xray.annotations": ["version"]})
    provider.shutdown()

    document = segment.decode(datagram.unpack(daemon.recv(65536)))
    assert (document.name, document.annotations) == ("V2-Notification-Microservice", {"version": "V2"})
