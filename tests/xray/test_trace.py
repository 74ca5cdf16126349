"""Traces compile to what BatchGetTraces gives back, whatever order their documents arrive in."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus_xray.segment import Segment, decode
from serinus_xray.trace import compile_trace
from tests.xray import golden, strategies
from tests.xray.build import START, TRACE_ID, call, segment, sid


def documented() -> list[Segment]:
    (trace,) = golden.parsed("12")["Traces"]
    return [decode(each["Document"]) for each in trace["Segments"]]


def test_the_documented_trace_is_inferred_from_its_own_segments() -> None:
    expected = documented()
    compiled = compile_trace([each for each in expected if not each.inferred])

    def view(segments: list[Segment]) -> list[tuple[object, ...]]:
        return sorted(
            (each.name, str(each.origin), str(each.parent_id), each.start_time, each.end_time) for each in segments
        )

    assert view(list(compiled.segments)) == view(expected)


def test_the_documented_trace_has_its_documented_duration() -> None:
    compiled = compile_trace(documented())
    assert compiled.duration == pytest.approx(3.232)
    assert compiled.root is not None
    assert compiled.root.name == "Scorekeep"


@given(strategies.documents(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_arrival_does_not_matter(documents: list[Segment], shuffle: random.Random) -> None:
    other = list(documents)
    shuffle.shuffle(other)
    assert compile_trace(documents) == compile_trace(other)


@given(strategies.documents())
@settings(deadline=None)
def test_documents_that_arrive_twice_change_nothing(documents: list[Segment]) -> None:
    assert compile_trace(documents) == compile_trace(documents + documents)


def test_the_sdks_streamed_trace_becomes_one_segment() -> None:
    compiled = compile_trace(map(decode, golden.streamed()))
    assert len(compiled.segments) == 1
    names = {part.name for part in compiled.segments[0].subsegments}
    assert {f"step-{number}" for number in range(31)} <= names


def test_a_call_whose_callee_answered_is_not_inferred() -> None:
    compiled = compile_trace([segment("web", 1), call("api", 2, 1), segment("api", 3, 2)])
    assert [each.name for each in compiled.segments if each.inferred] == []


def test_a_call_nobody_answered_is_inferred() -> None:
    compiled = compile_trace([segment("web", 1), call("api", 2, 1)])
    assert [(each.name, each.parent_id) for each in compiled.segments if each.inferred] == [("api", sid(2))]


def test_a_traced_call_is_broken_until_its_callee_arrives() -> None:
    (web,) = (decode(golden.document("02")),)
    waiting = compile_trace([web])
    assert waiting.is_broken
    assert [each.inferred for each in waiting.segments] == [False]
    callee = segment("api.example.com", 9, trace_id=web.trace_id, parent_id="53995c3f42cd8ad8")
    assert not compile_trace([web, callee]).is_broken


def test_a_trace_is_partial_while_anything_in_it_is_in_progress() -> None:
    assert compile_trace([segment("web", 1, end_time=None, in_progress=True)]).is_partial
    assert compile_trace([segment("web", 1), call("api", 2, 1, end_time=None, in_progress=True)]).is_partial
    assert not compile_trace([segment("web", 1), call("api", 2, 1)]).is_partial


def test_duration_spans_everything_and_response_time_the_root() -> None:
    compiled = compile_trace([segment("web", 1, took=1), call("queue", 2, 1, at=0.5, took=4)])
    assert (compiled.start_time, compiled.end_time) == (START, START + 4.5)
    assert (compiled.duration, compiled.response_time) == (4.5, 1.0)


def test_the_root_has_no_caller_even_if_clocks_say_it_began_later() -> None:
    compiled = compile_trace([segment("web", 1, at=1), call("api", 2, 1, at=1), segment("api", 3, 2, at=0)])
    assert compiled.root is not None
    assert compiled.root.name == "web"


def test_a_root_with_an_unknown_caller_is_still_the_root() -> None:
    compiled = compile_trace([segment("web", 1, parent=77)])
    assert compiled.root is not None
    assert compiled.root.name == "web"


def test_subsegments_alone_have_no_root() -> None:
    compiled = compile_trace([call("api", 2, 1)])
    assert (compiled.root, compiled.response_time) == (None, 0.0)
    assert [(each.name, each.inferred) for each in compiled.segments if each.type is None] == [("api", True)]


def test_a_segment_may_be_called_by_a_segment() -> None:
    compiled = compile_trace(documented())
    function = next(each for each in compiled.segments if each.origin == "AWS::Lambda::Function")
    assert compiled.knows_parent(function)


def test_no_documents_make_no_trace() -> None:
    with pytest.raises(ValueError, match="at least one"):
        compile_trace([])


def test_the_limit_is_passed_on() -> None:
    assert compile_trace([segment("web", 1)], limit_exceeded=True).limit_exceeded
    assert compile_trace([segment("web", 1)]).id == TRACE_ID
