"""Operations answer from values: no server is needed to ask them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from serinus.tracestore.graphs import Graphs
from serinus.tracestore.ingest import Ingest, Limits
from serinus.tracestore.operations import Operations
from serinus.tracestore.reader import Reader
from serinus.tracestore.sampling import SamplingRules
from serinus.tracestore.store import open_store
from serinus.tracestore.wire import Refused
from tests.tracestore.documents import text, trace_id


@pytest.fixture
def operations() -> Iterator[Operations]:
    store = open_store(None)
    ingest = Ingest(store, lambda: 5.0, Limits())
    reader = Reader(store, lambda: 1e12)
    graphs = Graphs(store, reader, lambda: 1e12)
    yield Operations(ingest, reader, graphs, SamplingRules(store, 5.0), lambda: 5.0)
    ingest.settle()
    store.close()


def body(**fields: object) -> bytes:
    return msgspec.json.encode(fields)


def test_paths_are_those_of_the_service_model(operations: Operations) -> None:
    known = operations.by_path()
    assert known["/TraceSegments"].name == "PutTraceSegments"
    assert not known["/TraceSegments"].reads
    assert known["/Traces"].reads
    assert known["/EncryptionConfig"].answer(b"") == {"EncryptionConfig": {"Status": "ACTIVE", "Type": "NONE"}}


def test_broken_unicode_is_refused_in_the_body_and_in_a_document(operations: Operations) -> None:
    with pytest.raises(Refused, match="surrogate"):
        operations.put(b'{"TraceSegmentDocuments": ["\\ud800 and more"]}')
    (refusal,) = operations.put(body(TraceSegmentDocuments=['{"name": "\\ud800"}']))["UnprocessedTraceSegments"]
    assert refusal["ErrorCode"] == "ParseError"


def test_what_was_put_is_answered(operations: Operations) -> None:
    assert operations.put(body(TraceSegmentDocuments=[text(1)])) == {"UnprocessedTraceSegments": []}
    operations._ingest.settle()
    answer = operations.traces(body(TraceIds=[trace_id(1), trace_id(2)]))
    assert [one["Id"] for one in answer["Traces"]] == [trace_id(1)]
    assert answer["UnprocessedTraceIds"] == [trace_id(2)]


def test_an_unknown_group_is_refused(operations: Operations) -> None:
    with pytest.raises(Refused, match="no group is named 'slow'"):
        operations.graph(body(StartTime=1, EndTime=2, GroupName="slow"))
    assert operations.graph(body(StartTime=1, EndTime=2, GroupName="Default")).services == ()
