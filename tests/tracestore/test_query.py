"""Documents become traces; a huge trace is cut and says so."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from serinus.tracestore.query import MAX_TRACE_BYTES, complaint, entry_id, summary_of, trace_of
from serinus.tracestore.search import MAX_DOCUMENTS, Found
from serinus_xray.errors import MalformedSegment
from serinus_xray.trace import Trace
from tests.tracestore.documents import text, trace_id


def compiled(documents: Sequence[bytes]) -> Trace:
    trace = trace_of(documents)
    assert trace is not None
    return trace


def test_a_trace_is_compiled_from_its_documents() -> None:
    trace = compiled([text(1, 1).encode(), text(1, 2, name="mail").encode()])
    assert (trace.id, [one.name for one in trace.segments], trace.limit_exceeded) == (
        trace_id(1),
        ["api", "mail"],
        False,
    )


def test_documents_that_cannot_be_read_are_left_out() -> None:
    assert [one.name for one in compiled([b"{", text(1).encode()]).segments] == ["api"]
    assert trace_of([b"{", b"[]"]) is None


def test_too_many_bytes_are_cut() -> None:
    large = [text(1, number, metadata={"d": {"x": "x" * 60_000}}).encode() for number in range(100)]
    trace = compiled(large)
    assert trace.limit_exceeded
    assert len(trace.segments) == MAX_TRACE_BYTES // len(large[0])


def test_too_many_documents_are_marked() -> None:
    assert compiled([text(1, number).encode() for number in range(MAX_DOCUMENTS)]).limit_exceeded


def test_a_summary_carries_what_the_store_knows() -> None:
    summary = summary_of(compiled([text(1).encode()]), Found(trace_id(1), 0.0, revision=7, matched=3.0))
    assert (summary.revision, summary.matched_event_time) == (7, 3.0)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("trace_id", None, "InvalidTraceId"),
        ("name", None, "MissingName"),
        ("name", "*", "InvalidName"),
        ("id", "*", "InvalidId"),
        ("document", b"{", "ParseError"),
        ("other", 1, "InvalidSegment"),
    ],
)
def test_a_refusal_has_x_rays_code(field: str, value: object, code: str) -> None:
    assert complaint(MalformedSegment(field, "rule", value)) == code


@pytest.mark.parametrize(("document", "known"), [('{"id": "ab"', "ab"), ("{}", None), ('{"trace_id": "x"}', None)])
def test_the_id_is_read_even_from_what_is_no_json(document: str, known: str | None) -> None:
    assert entry_id(document) == known
