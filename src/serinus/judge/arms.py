"""One version's part of a block. In: its observations. Out: an `Arm` with one event for each unit of traffic.
Retries share a trace, sessions a cluster: counting each of their requests would make one failure look like many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import floor, log

from serinus.judge.observation import Arm, Observation, Outcome

SEVERITY = (Outcome.OK, Outcome.ERROR, Outcome.THROTTLE, Outcome.FAULT, Outcome.MISSING)
FAULTS = (Outcome.FAULT, Outcome.MISSING)
EXAMPLES = 3
SHORTEST_S = 1e-6
BIN_WIDTH = log(1.02)


def unit(item: Observation) -> str:
    """What counts once: the retry or session key where there is one, else the trace."""
    return item.cluster or item.trace_id


def arm(items: Iterable[Observation]) -> Arm:
    """The counts of one version's observations; of a unit seen more than once the worst outcome stays."""
    worst: dict[str, Observation] = {}
    for item in sorted(items, key=_badness, reverse=True):
        worst.setdefault(unit(item), item)
    outcomes = Counter(item.outcome for item in worst.values())
    return Arm(
        requests=len(worst),
        faults=outcomes[Outcome.FAULT] + outcomes[Outcome.MISSING],
        errors=outcomes[Outcome.ERROR],
        throttles=outcomes[Outcome.THROTTLE],
        latency=_histogram(worst.values()),
        examples=tuple(dict.fromkeys(item.trace_id for item in worst.values() if item.outcome in FAULTS))[:EXAMPLES],
        missing=outcomes[Outcome.MISSING],
    )


def _badness(item: Observation) -> tuple[int, float, float, str]:
    return SEVERITY.index(item.outcome), item.duration_s, item.at, item.trace_id


def _histogram(items: Iterable[Observation]) -> tuple[tuple[int, int], ...]:
    bins = Counter(
        floor(log(max(item.duration_s, SHORTEST_S)) / BIN_WIDTH) for item in items if item.outcome not in FAULTS
    )
    return tuple(sorted(bins.items()))
