"""What each X-Ray operation answers. In: a request body. Out: a value that encodes to the API's JSON, or Refused.
Everything here is synchronous; the HTTP room decides on which thread it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from msgspec import Struct, structs

from serinus.tracestore import otlp, wire
from serinus.tracestore.graphs import Graphs
from serinus.tracestore.ingest import Ingest
from serinus.tracestore.query import complaint, entry_id
from serinus.tracestore.reader import Reader
from serinus.tracestore.sampling import GetSamplingTargets, SamplingRules, Targets
from serinus.tracestore.search import Cursor
from serinus_xray import filters
from serinus_xray.errors import InvalidFilter, MalformedSegment
from serinus_xray.graph import ServiceGraph, service_graph
from serinus_xray.segment import decode, encode
from serinus_xray.trace import Trace

CONSTANT: Final[dict[str, Any]] = {
    "/TelemetryRecords": {},
    "/GetTraceSegmentDestination": {"Destination": "XRay", "Status": "ACTIVE"},
    "/GetIndexingRules": {
        "IndexingRules": [
            {
                "Name": "Default",
                "Rule": {"Probabilistic": {"DesiredSamplingPercentage": 100, "ActualSamplingPercentage": 100}},
            }
        ]
    },
    "/EncryptionConfig": {"EncryptionConfig": {"Status": "ACTIVE", "Type": "NONE"}},
    "/Groups": {"Groups": []},
}


class Operation(Struct, frozen=True):
    """`reads`: it looks into the store. `settles`: it sees to it itself that what was sent before is visible to it."""

    name: str
    answer: Callable[[bytes], Any]
    reads: bool = True
    settles: bool = False


class Operations:
    """The API over one store. `clock`: epoch seconds."""

    def __init__(
        self, ingest: Ingest, reader: Reader, graphs: Graphs, rules: SamplingRules, clock: Callable[[], float]
    ) -> None:
        self._ingest = ingest
        self._reader = reader
        self._graphs = graphs
        self._rules = rules
        self._clock = clock

    def by_path(self) -> Mapping[str, Operation]:
        """Every operation this X-Ray knows, under the path of its HTTP binding."""
        constant = {
            path: Operation(path.strip("/"), partial(_always, answer), reads=False) for path, answer in CONSTANT.items()
        }
        return constant | {
            "/TraceSegments": Operation("PutTraceSegments", self.put, reads=False),
            "/Traces": Operation("BatchGetTraces", self.traces, settles=True),
            "/TraceSummaries": Operation("GetTraceSummaries", self.summaries),
            "/ServiceGraph": Operation("GetServiceGraph", self.graph),
            "/TraceGraph": Operation("GetTraceGraph", self.trace_graph),
            "/GetSamplingRules": Operation("GetSamplingRules", self.sampling_rules, reads=False),
            "/SamplingTargets": Operation("GetSamplingTargets", self.sampling_targets, reads=False),
            "/CreateSamplingRule": Operation(
                "CreateSamplingRule", lambda body: self._rules.create(body, self._clock())
            ),
            "/UpdateSamplingRule": Operation(
                "UpdateSamplingRule", lambda body: self._rules.update(body, self._clock())
            ),
            "/DeleteSamplingRule": Operation(
                "DeleteSamplingRule", lambda body: self._rules.delete(body, self._clock())
            ),
        }

    def put(self, body: bytes) -> dict[str, Any]:
        """PutTraceSegments: each document on its own, taken or named with the rule it breaks."""
        documents = wire.read(body, wire.PutTraceSegments).trace_segment_documents
        if len(documents) > wire.MAX_SEGMENTS:
            raise wire.invalid(f"Exceeding maximum segment count: {wire.MAX_SEGMENTS}, got {len(documents)}")
        unprocessed = [refusal for document in documents if (refusal := self._take(document)) is not None]
        return {"UnprocessedTraceSegments": unprocessed}

    def export(self, body: bytes) -> bytes:
        """OTLP's Export: spans become segments, a span that cannot is counted in the answer."""
        mapped = otlp.segments(body)
        for error in mapped.refused:
            self._ingest.reject(error, "otlp")
        for segment, document in mapped.documents:
            self._ingest.offer(segment, document)
        return otlp.answer(mapped.refused)

    def traces(self, body: bytes) -> dict[str, Any]:
        """BatchGetTraces: compiled documents; ids that nothing is known of are listed, not refused."""
        asked = wire.ids(wire.read(body, wire.BatchGetTraces))
        self._ingest.settle_those(asked)
        found = self._reader.traces(asked)
        return {
            "Traces": [_trace_on_wire(found[trace_id]) for trace_id in asked if trace_id in found],
            "UnprocessedTraceIds": [trace_id for trace_id in asked if trace_id not in found],
        }

    def summaries(self, body: bytes) -> dict[str, Any]:
        """GetTraceSummaries: newest first, a page at a time."""
        asked = wire.read(body, wire.GetTraceSummaries)
        span = wire.span(asked.start_time, asked.end_time, wire.MAX_SUMMARIES_RANGE, asked.time_range_type)
        page = self._reader.page(span, _filter(asked.filter_expression), wire.cursor(asked))
        answer: dict[str, Any] = {
            "TraceSummaries": page.summaries,
            "TracesProcessedCount": page.processed,
            "ApproximateTime": page.last.started if page.last else asked.start_time,
        }
        if page.last is not None:
            answer["NextToken"] = wire.token(asked, Cursor(page.last.started, page.last.trace_id))
        return answer

    def graph(self, body: bytes) -> ServiceGraph:
        """GetServiceGraph over at most 6 hours."""
        asked = wire.read(body, wire.GetServiceGraph)
        if asked.group_name not in (None, "Default") or asked.group_arn:
            raise wire.invalid(f"GroupName: no group is named {asked.group_name or asked.group_arn!r}")
        span = wire.span(asked.start_time, asked.end_time, wire.MAX_GRAPH_RANGE)
        return structs.replace(self._graphs.of(span), start_time=asked.start_time, end_time=asked.end_time)

    def trace_graph(self, body: bytes) -> dict[str, Any]:
        """GetTraceGraph of at most 5 traces."""
        found = self._reader.traces(wire.ids(wire.read(body, wire.BatchGetTraces)))
        return {"Services": service_graph(found.values()).services}

    def sampling_rules(self, body: bytes) -> dict[str, Any]:
        """GetSamplingRules: all on one page. ADOT sends an empty body."""
        wire.read(body, dict[str, Any])
        return self._rules.listed()

    def sampling_targets(self, body: bytes) -> Targets:
        """GetSamplingTargets."""
        return self._rules.targets(wire.read(body, GetSamplingTargets), self._clock())

    def _take(self, text: str) -> dict[str, str] | None:
        document = text.encode("utf-8", "surrogatepass")
        try:
            self._ingest.offer(decode(document), document)
        except MalformedSegment as error:
            self._ingest.reject(error, "http")
            answer = {"ErrorCode": complaint(error), "Message": f"Invalid segment. {error}"}
            return answer | ({"Id": known} if (known := entry_id(text)) else {})
        return None


def _always(answer: Any, _: bytes) -> Any:
    return answer


def _filter(expression: str | None) -> filters.Filter:
    try:
        return filters.parse(expression or "")
    except InvalidFilter as error:
        raise wire.invalid(f"FilterExpression: {error}") from error


def _trace_on_wire(trace: Trace) -> dict[str, Any]:
    return {
        "Id": trace.id,
        "Duration": trace.duration,
        "LimitExceeded": trace.limit_exceeded,
        "Segments": [{"Id": segment.id, "Document": encode(segment).decode()} for segment in trace.segments],
    }
