"""Arbitrary segments and traces for property tests."""

from typing import Final

from hypothesis import strategies as st

from serinus_xray.segment import (
    Cause,
    ExceptionInfo,
    Http,
    HttpRequest,
    HttpResponse,
    Link,
    Segment,
    Service,
    Sql,
    StackFrame,
)
from tests.xray.build import START, TRACE_ID, sid

plain: Final = st.characters(codec="utf-8", exclude_categories=["Cs"])
names: Final = st.text("abcXYZ019 _.:/%&#=+-@éßд東", min_size=1, max_size=20)
short: Final = st.text(plain, max_size=40)
maybe: Final = st.none() | short
times: Final = st.floats(min_value=0, max_value=4e9)
keys: Final = st.text("abcXYZ019_.", min_size=1, max_size=10)
numbers: Final = st.integers(min_value=-(2**53), max_value=2**53) | st.floats(allow_nan=False, allow_infinity=False)
values: Final = short | numbers | st.booleans()
ids: Final = st.integers(min_value=0, max_value=2**64 - 1).map(sid)
trace_ids: Final = st.builds(
    lambda time, rest: f"1-{time:08x}-{rest:024x}", st.integers(0, 2**32 - 1), st.integers(0, 2**96 - 1)
)
json_objects: Final = st.dictionaries(
    short, st.recursive(values, lambda inner: st.lists(inner, max_size=3), max_leaves=5), max_size=3
)
requests: Final = st.builds(HttpRequest, maybe, maybe, maybe, maybe, st.booleans(), st.booleans())
responses: Final = st.builds(HttpResponse, st.none() | st.integers(100, 599), st.none() | st.integers(-1, 10**9))
frames: Final = st.builds(StackFrame, maybe, st.none() | st.integers(0, 10**6), maybe)
thrown: Final = st.builds(
    ExceptionInfo,
    id=ids,
    message=maybe,
    type=maybe,
    remote=st.booleans(),
    stack=st.lists(frames, max_size=2).map(tuple),
)
causes: Final = st.none() | ids | st.builds(Cause, maybe, st.just(()), st.lists(thrown, max_size=2).map(tuple))
links: Final = st.builds(Link, trace_ids, ids, json_objects)


def _segments(subsegments: st.SearchStrategy[tuple[Segment, ...]]) -> st.SearchStrategy[Segment]:
    return st.builds(
        Segment,
        name=names,
        id=ids,
        start_time=times,
        trace_id=trace_ids,
        end_time=times,
        in_progress=st.booleans(),
        parent_id=st.none() | ids,
        type=st.none() | st.just("subsegment"),
        namespace=st.sampled_from([None, "aws", "remote"]),
        origin=maybe,
        resource_arn=maybe,
        service=st.none() | st.builds(Service, maybe),
        user=maybe,
        http=st.none() | st.builds(Http, st.none() | requests, st.none() | responses),
        aws=json_objects,
        sql=st.none() | st.builds(Sql, maybe, maybe),
        error=st.booleans(),
        throttle=st.booleans(),
        fault=st.booleans(),
        cause=causes,
        annotations=st.dictionaries(keys, values, max_size=3),
        metadata=st.dictionaries(short, json_objects, max_size=2),
        precursor_ids=st.lists(ids, max_size=2).map(tuple),
        links=st.lists(links, max_size=2).map(tuple),
        inferred=st.booleans(),
        subsegments=subsegments,
    )


segments: Final = _segments(st.lists(_segments(st.just(())), max_size=2).map(tuple))

_few_ids: Final = st.integers(1, 8)


@st.composite
def documents(draw: st.DrawFn) -> list[Segment]:
    """Documents of one trace that meet, collide, form cycles and lack parents."""
    return [_document(draw) for _ in range(draw(st.integers(1, 8)))]


def _document(draw: st.DrawFn) -> Segment:
    parent = draw(st.none() | _few_ids.map(sid))
    in_progress = draw(st.booleans())
    start = START + draw(st.integers(0, 3))
    return Segment(
        name=draw(st.sampled_from(["web", "api", "db"])),
        id=draw(_few_ids.map(sid)),
        start_time=start,
        trace_id=TRACE_ID,
        end_time=None if in_progress else start + draw(st.integers(0, 3)),
        in_progress=in_progress,
        parent_id=parent,
        type=draw(st.sampled_from([None, "subsegment"])),
        namespace=draw(st.sampled_from([None, "remote"])),
        error=draw(st.booleans()),
        fault=draw(st.booleans()),
    )
