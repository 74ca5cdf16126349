"""A keyword speaks of the root, of any segment, of a call or of a step, by where it stands."""

from serinus_xray.filter_subjects import BOOLEANS, NUMBERS, STRINGS, OfCall, OfSegment, OfTrace, Subject, steps
from serinus_xray.graph import connections
from serinus_xray.rootcause import fault_causes
from serinus_xray.trace import compile_trace
from tests.xray.build import call, segment, shop


def test_every_keyword_is_answered_by_every_subject() -> None:
    trace = shop(fault=True)
    (cause,) = fault_causes(trace)
    subjects: list[Subject] = [
        OfTrace(trace),
        OfSegment(trace.segments[0], is_root=True),
        OfCall(next(iter(connections(trace)))),
        *steps(cause, "service"),
    ]
    for keyword in BOOLEANS | NUMBERS | STRINGS:
        for subject in subjects:
            assert len(list(subject.values(keyword))) <= 1


def test_users_of_any_segment_are_the_traces() -> None:
    trace = compile_trace([segment("web", 1, user="alice"), segment("api", 2, user="bob")])
    assert list(OfTrace(trace).values("user")) == ["alice", "bob"]
    assert list(OfSegment(trace.segments[0], is_root=True).values("user")) == ["alice"]


def test_a_call_speaks_as_the_caller_saw_it() -> None:
    trace = compile_trace([segment("web", 1), call("api", 2, 1, took=0.5, fault=True), segment("api", 3, 2, took=0.2)])
    seen = OfCall(next(found for found in connections(trace) if found.target.name == "api"))
    assert (list(seen.values("fault")), list(seen.values("responsetime"))) == ([True], [0.5])


def test_steps_know_their_place() -> None:
    trace = compile_trace([segment("web", 1, fault=True), call("api", 2, 1, fault=True)])
    (cause,) = fault_causes(trace)
    found = [(list(s.values("name")), list(s.values("index")), list(s.values("last"))) for s in steps(cause, "entity")]
    assert found == [(["web"], [0], [False]), (["api"], [1], [False]), (["api"], [2], [True])]
