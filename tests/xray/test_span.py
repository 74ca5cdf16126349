"""The SDK's spans become plain values."""

from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from serinus_xray.header import TraceHeader
from serinus_xray.propagator import span_context_of
from serinus_xray.span import SpanEvent, SpanLink, span_data
from tests.xray.spans import Kept, tracer


def test_everything_the_mapping_needs_is_taken_over() -> None:
    kept = Kept()
    made = tracer(kept, **{"service.name": "web"})
    link = trace.Link(trace.SpanContext(1, 2, is_remote=True), {"l": 1})
    parent = made.start_span("parent", start_time=1_000_000_000)
    child = made.start_span(
        "child", trace.set_span_in_context(parent), SpanKind.CLIENT, {"a": 1}, [link], start_time=2_000_000_000
    )
    child.add_event("happened", {"e": 1}, timestamp=2_100_000_000)
    child.set_status(Status(StatusCode.ERROR, "why"))
    child.end(2_500_000_000)
    data = span_data(kept.spans[0])
    assert (data.name, data.kind, data.start, data.end) == ("child", "CLIENT", 2.0, 2.5)
    assert (data.parent_id, data.remote_parent) == (f"{parent.get_span_context().span_id:016x}", False)
    assert (dict(data.attributes), dict(data.resource)) == ({"a": 1}, {"service.name": "web"})
    assert (data.status, data.status_message) == ("ERROR", "why")
    assert data.events == (SpanEvent("happened", 2.1, data.events[0].attributes),)
    assert data.links == (SpanLink(f"{1:032x}", f"{2:016x}", data.links[0].attributes),)


def test_a_root_given_without_parent_has_none() -> None:
    kept = Kept()
    context = span_context_of(TraceHeader("1-5759e988-bd862e3fe1be46a994272793"))
    assert context is not None
    remote = trace.set_span_in_context(trace.NonRecordingSpan(context))
    tracer(kept).start_span("served", remote, SpanKind.SERVER).end()
    data = span_data(kept.spans[0])
    assert (data.trace_id, data.parent_id) == ("5759e988bd862e3fe1be46a994272793", None)
