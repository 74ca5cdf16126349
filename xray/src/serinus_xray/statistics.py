"""Counts, sums and histograms of segments.
Segments are added one by one; statistics under the API's names come out.
Source: AWS X-Ray API reference, EdgeStatistics, ServiceStatistics, HistogramEntry.
"""

import math
from typing import Any, Final

from serinus_xray.nodes import Pascal
from serinus_xray.segment import Outcome, Segment, outcome

MICROSECOND: Final = 1e-6
DISTINCT: Final = 200  # values listed one by one; beyond, X-Ray's scheme is unpublished: two significant digits


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


class Tally:
    """What a node or an edge has seen. Segments in progress extend its time and count for nothing else yet."""

    __slots__ = ("by_duration", "by_response", "end", "only_inferred", "outcomes", "start", "total")

    def __init__(self) -> None:
        self.start, self.end = math.inf, -math.inf
        self.only_inferred = True
        self.outcomes: dict[Outcome, int] = dict.fromkeys(Outcome, 0)
        self.by_response: dict[float, int] = {}
        self.by_duration: dict[float, int] = {}
        self.total = 0.0

    def add(self, segment: Segment) -> None:
        self.start, self.end = min(self.start, segment.start_time), max(self.end, segment.end)
        self.only_inferred = self.only_inferred and segment.inferred
        if segment.in_progress:
            return
        self.outcomes[outcome(segment)] += 1
        self.total += segment.duration
        response = rounded(segment.duration, 3)
        duration = rounded(segment.whole_duration, 3) if segment.subsegments else response
        self.by_response[response] = self.by_response.get(response, 0) + 1
        self.by_duration[duration] = self.by_duration.get(duration, 0) + 1

    def merge(self, other: "Tally") -> None:
        """As if what the other has seen had been added here."""
        self.start, self.end = min(self.start, other.start), max(self.end, other.end)
        self.only_inferred = self.only_inferred and other.only_inferred
        self.total += other.total
        _add_up(self.outcomes, other.outcomes)
        _add_up(self.by_response, other.by_response)
        _add_up(self.by_duration, other.by_duration)

    def statistics(self) -> SummaryStatistics:
        seen = self.outcomes
        throttles, errors, faults = seen[Outcome.THROTTLE], seen[Outcome.ERROR], seen[Outcome.FAULT]
        return SummaryStatistics(
            ok_count=seen[Outcome.OK],
            error_statistics=ErrorStatistics(throttles, errors, throttles + errors),
            fault_statistics=FaultStatistics(faults, faults),
            total_count=sum(seen.values()),
            total_response_time=round(self.total, 6),
        )

    def response_times(self) -> tuple[HistogramEntry, ...]:
        return _histogram(self.by_response)

    def durations(self) -> tuple[HistogramEntry, ...]:
        return _histogram(self.by_duration)


def rounded(seconds: float, digits: int) -> float:
    """To significant digits, and not finer than clocks: microseconds."""
    if seconds < MICROSECOND:
        return 0.0
    return round(seconds, min(6, digits - 1 - math.floor(math.log10(seconds))))


def _add_up(mine: dict[Any, int], more: dict[Any, int]) -> None:
    for key, count in more.items():
        mine[key] = mine.get(key, 0) + count


def _histogram(counts: dict[float, int]) -> tuple[HistogramEntry, ...]:
    if len(counts) > DISTINCT:
        coarse: dict[float, int] = {}
        for value, count in counts.items():
            bucket = rounded(value, 2)
            coarse[bucket] = coarse.get(bucket, 0) + count
        counts = coarse
    return tuple(HistogramEntry(value, counts[value]) for value in sorted(counts))
