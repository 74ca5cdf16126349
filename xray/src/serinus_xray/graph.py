"""The service graph: who calls whom, how often, how long, with what outcome.
Compiled traces go in; Structs whose fields carry the API's names come out.
Source: AWS X-Ray API reference, GetServiceGraph: node numbers from own segments, edge numbers from the caller.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from serinus_xray.nodes import CLIENT, Pascal, ServiceId, client_of, node_of
from serinus_xray.segment import Segment
from serinus_xray.statistics import HistogramEntry, SummaryStatistics, Tally
from serinus_xray.trace import SUBSEGMENT, Trace

ACTIVE: Final = "active"
UNKNOWN: Final = "unknown"


class GraphEdge(Pascal, frozen=True, omit_defaults=True):
    """`reference_id` is the callee's; numbers are what the caller saw, network included."""

    reference_id: int
    start_time: float
    end_time: float
    summary_statistics: SummaryStatistics
    response_time_histogram: tuple[HistogramEntry, ...]
    aliases: tuple[dict[str, object], ...]
    edge_type: str | None = None


class GraphService(Pascal, frozen=True, omit_defaults=True):
    reference_id: int
    name: str
    names: tuple[str, ...]
    state: str
    start_time: float
    end_time: float
    edges: tuple[GraphEdge, ...]
    type: str | None = None
    root: bool = False
    account_id: str | None = None
    summary_statistics: SummaryStatistics | None = None
    duration_histogram: tuple[HistogramEntry, ...] | None = None
    response_time_histogram: tuple[HistogramEntry, ...] | None = None


class ServiceGraph(Pascal, frozen=True):
    """Services by client first, then name and type; times 0 when there are none."""

    start_time: float
    end_time: float
    services: tuple[GraphService, ...]
    contains_old_group_versions: bool = False


class Connection(msgspec.Struct, frozen=True):
    """One call from node to node: `seen` is the caller's subsegment, or the callee where there is none."""

    source: ServiceId
    target: ServiceId
    seen: Segment


def connections(trace: Trace) -> Iterator[Connection]:
    """Every call of the trace; the client's call of the root carries the root segment's numbers."""
    if trace.root is not None:
        yield Connection(client_of(trace.root), node_of(trace.root), trace.root)
    counted: set[tuple[str, ServiceId]] = set()
    for callee in trace.segments:
        parent_id, target = callee.parent_id, node_of(callee)
        if parent_id is None or callee.type == SUBSEGMENT or (parent_id, target) in counted:
            continue
        counted.add((parent_id, target))
        if parent_id in trace.calls:
            call = trace.calls[parent_id]
            yield Connection(node_of(call.caller), target, call.subsegment)
        elif parent_id in trace.by_id:  # Lambda's function segment names the service's segment as its parent
            yield from _segment_to_segment(trace.by_id[parent_id], callee, target)


def service_graph(traces: Iterable[Trace]) -> ServiceGraph:
    """Reads each trace once; memory grows with nodes, edges and histogram buckets, not with traces."""
    drawing = Drawing()
    for trace in traces:
        drawing.add(trace)
    return drawing.finished()


def _segment_to_segment(parent: Segment, callee: Segment, target: ServiceId) -> Iterator[Connection]:
    if parent.type == SUBSEGMENT:  # a call whose own parent is missing: seen, but from an unknown service
        return
    yield Connection(node_of(parent), target, callee)


class Drawing:
    """A graph that is still being drawn: traces are added, other drawings merged into it."""

    def __init__(self) -> None:
        self.nodes: dict[ServiceId, Tally] = {}
        self.edges: dict[ServiceId, dict[ServiceId, Tally]] = {}
        self.roots: set[ServiceId] = set()

    def add(self, trace: Trace) -> None:
        for segment in trace.segments:
            if segment.type != SUBSEGMENT:
                self.nodes.setdefault(node_of(segment), Tally()).add(segment)
        if trace.root is not None:
            self.roots.add(node_of(trace.root))
        for connection in connections(trace):
            targets = self.edges.setdefault(connection.source, {})
            targets.setdefault(connection.target, Tally()).add(connection.seen)

    def merge(self, other: "Drawing") -> None:
        """As if the other's traces had been added here; the other stays as it is."""
        for node, tally in other.nodes.items():
            self.nodes.setdefault(node, Tally()).merge(tally)
        self.roots |= other.roots
        for source, targets in other.edges.items():
            mine = self.edges.setdefault(source, {})
            for target, tally in targets.items():
                mine.setdefault(target, Tally()).merge(tally)

    def finished(self) -> ServiceGraph:
        clients = [node for node in self.edges if node.type == CLIENT]
        order = sorted({*clients, *self.nodes}, key=_position)
        numbers = {node: number for number, node in enumerate(order)}
        services = tuple(self._service(node, numbers) for node in order)
        start = min((service.start_time for service in services), default=0.0)
        return ServiceGraph(start, max((service.end_time for service in services), default=0.0), services)

    def _service(self, node: ServiceId, numbers: dict[ServiceId, int]) -> GraphService:
        targets = self.edges.get(node, {})
        edges = tuple(_edge(numbers[target], targets[target]) for target in sorted(targets, key=numbers.__getitem__))
        own = self.nodes.get(node)
        if own is None:
            return _client(node, numbers[node], edges)
        return GraphService(
            reference_id=numbers[node],
            name=node.name,
            names=node.names,
            state=UNKNOWN if own.only_inferred else ACTIVE,
            start_time=own.start,
            end_time=own.end,
            edges=edges,
            type=node.type,
            root=node in self.roots,
            account_id=node.account_id,
            summary_statistics=own.statistics(),
            duration_histogram=own.durations(),
            response_time_histogram=own.response_times(),
        )


def _client(node: ServiceId, number: int, edges: tuple[GraphEdge, ...]) -> GraphService:
    return GraphService(
        reference_id=number,
        name=node.name,
        names=node.names,
        state=UNKNOWN,
        start_time=min(edge.start_time for edge in edges),
        end_time=max(edge.end_time for edge in edges),
        edges=edges,
        type=node.type,
    )


def _edge(number: int, tally: Tally) -> GraphEdge:
    return GraphEdge(number, tally.start, tally.end, tally.statistics(), tally.response_times(), ())


def _position(node: ServiceId) -> tuple[bool, str, str, str]:
    return node.type != CLIENT, node.name, node.type or "", node.account_id or ""
