"""The header crosses OpenTelemetry unharmed, also where others give up on it."""

from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from serinus_xray import header, ids
from serinus_xray.otel import segment_of
from serinus_xray.propagator import XRayIdGenerator, XRayPropagator
from tests.xray.spans import Kept, tracer

ROOT = "1-5759e988-bd862e3fe1be46a994272793"
PARENT = "53995c3f42cd8ad8"


def extracted(text: str, name: str = "X-Amzn-Trace-Id") -> trace.SpanContext:
    context = XRayPropagator().extract({name: text})
    return trace.get_current_span(context).get_span_context()


@pytest.mark.parametrize("name", ["X-Amzn-Trace-Id", "x-amzn-trace-id"])
def test_a_whole_header_is_taken_over(name: str) -> None:
    found = extracted(f"Root={ROOT};Parent={PARENT};Sampled=1", name)
    assert ids.from_w3c(f"{found.trace_id:032x}") == ROOT
    assert (f"{found.span_id:016x}", found.is_remote, found.trace_flags.sampled) == (PARENT, True, True)


@pytest.mark.parametrize(
    ("sampled", "taken"),
    [(";Sampled=0", False), (";Sampled=1", True), (";Sampled=?", True), ("", True), (";Sampled=maybe", True)],
)
def test_only_a_clear_no_is_a_no(sampled: str, taken: bool) -> None:
    assert extracted(f"Root={ROOT};Parent={PARENT}{sampled}").trace_flags.sampled is taken


@pytest.mark.parametrize(
    "text", ["", "nonsense", "Root=nonsense", f"Parent={PARENT}", "Root=1-00000000-000000000000000000000000"]
)
def test_what_names_no_trace_changes_nothing(text: str) -> None:
    assert not extracted(text).is_valid


@pytest.mark.parametrize(
    "text", [f"Root={ROOT}", f"Self=1-67891234-12456789abcdef012345678a;Root={ROOT}", f"Root={ROOT};;=;x"]
)
def test_an_albs_root_without_parent_begins_the_segment(text: str) -> None:
    kept = Kept()
    context = XRayPropagator().extract({header.NAME: text})
    tracer(kept).start_span("served", context, SpanKind.SERVER).end()
    (made,) = segment_of(kept.spans[0], "web")
    assert (made.trace_id, made.parent_id) == (ROOT, None)


def test_the_current_span_is_injected() -> None:
    carrier: dict[str, Any] = {}
    start = tracer(Kept()).start_as_current_span
    with start("served", kind=SpanKind.SERVER) as span:
        XRayPropagator().inject(carrier)
    assert extracted(carrier[header.NAME]).span_id == span.get_span_context().span_id
    assert carrier[header.NAME].endswith("Sampled=1")


def test_without_a_span_nothing_is_injected() -> None:
    carrier: dict[str, Any] = {}
    XRayPropagator().inject(carrier)
    assert carrier == {}
    assert XRayPropagator().fields == {header.NAME}


def test_made_ids_carry_their_time_and_are_never_zero() -> None:
    generator = XRayIdGenerator(clock=lambda: 1_700_000_000.9, bits=lambda _: 0)
    trace_id = ids.from_w3c(f"{generator.generate_trace_id():032x}")
    assert ids.trace_time(trace_id) == 1_700_000_000
    assert trace_id.endswith("1")
    assert generator.generate_span_id() == 1
