"""The service graph: who calls whom, how often, how long, with what outcome.
Compiled traces go in; Structs whose fields carry the API's names come out.
Source: AWS X-Ray API reference, GetServiceGraph; node numbers from own segments, edge numbers from the caller.
"""

from collections.abc import Iterable

import msgspec

from serinus_xray.trace import Trace


class Pascal(msgspec.Struct, frozen=True, rename="pascal", gc=False):
    """Fields encode under the API's names."""


class ErrorStatistics(Pascal, frozen=True):
    throttle_count: int = 0
    other_count: int = 0
    total_count: int = 0


class FaultStatistics(Pascal, frozen=True):
    other_count: int = 0
    total_count: int = 0


class SummaryStatistics(Pascal, frozen=True):
    """`total_response_time` in seconds. A throttle counts among the errors too."""

    ok_count: int = 0
    error_statistics: ErrorStatistics = ErrorStatistics()
    fault_statistics: FaultStatistics = FaultStatistics()
    total_count: int = 0
    total_response_time: float = 0.0


class HistogramEntry(Pascal, frozen=True):
    """`value` in seconds."""

    value: float
    count: int


class GraphEdge(Pascal, frozen=True, omit_defaults=True):
    reference_id: int
    start_time: float
    end_time: float
    summary_statistics: SummaryStatistics
    response_time_histogram: tuple[HistogramEntry, ...]
    aliases: tuple[dict[str, object], ...] = ()
    edge_type: str | None = None


class GraphService(Pascal, frozen=True, omit_defaults=True):
    reference_id: int = msgspec.field(name="ReferenceId")
    name: str
    names: tuple[str, ...]
    type: str | None
    state: str
    start_time: float
    end_time: float
    edges: tuple[GraphEdge, ...]
    root: bool = False
    account_id: str | None = None
    summary_statistics: SummaryStatistics | None = None
    duration_histogram: tuple[HistogramEntry, ...] | None = None
    response_time_histogram: tuple[HistogramEntry, ...] | None = None


class ServiceGraph(Pascal, frozen=True):
    start_time: float
    end_time: float
    services: tuple[GraphService, ...]
    contains_old_group_versions: bool = False


def service_graph(traces: Iterable[Trace]) -> ServiceGraph:
    raise NotImplementedError
