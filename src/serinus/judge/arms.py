"""One version's part of a block. In: its observations. Out: an `Arm` with one event for each unit of traffic.
Retries share a trace, sessions a cluster: counting each of their requests would make one failure look like many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import floor, log
from operator import attrgetter

from serinus.judge.observation import Arm, Cause, Caused, Entries, Observation, Outcome

BADNESS = {Outcome.OK: 0, Outcome.ERROR: 1, Outcome.THROTTLE: 2, Outcome.FAULT: 3, Outcome.MISSING: 4}
FAULTS = (Outcome.FAULT, Outcome.MISSING)
EXAMPLES = 3
CAUSES = 5
RULES = 4
SHORTEST_S = 1e-6
BIN_WIDTH = log(1.02)
DURATION = attrgetter("duration_s")


def unit(item: Observation) -> str:
    """What counts once: the retry or session key where there is one, else the trace."""
    return item.cluster or item.trace_id


def arm(items: Iterable[Observation]) -> Arm:
    """The counts of one version's observations; of a unit seen more than once the worst outcome stays."""
    worst = _worst(items)
    outcomes = Counter([item.outcome for item in worst])
    answered = [item for item in worst if item.outcome not in FAULTS]
    failed = sorted((item for item in worst if item.outcome is not Outcome.OK), key=_badness, reverse=True)
    hurt = [item.trace_id for item in answered if item.entry and item.entry.outcome is Outcome.FAULT]
    harmed = [item.trace_id for item in failed if item.outcome in FAULTS]
    by_time = sorted(answered, key=DURATION)
    return Arm(
        requests=len(worst),
        faults=outcomes[Outcome.FAULT] + outcomes[Outcome.MISSING],
        errors=outcomes[Outcome.ERROR],
        throttles=outcomes[Outcome.THROTTLE],
        latency=_histogram([item.duration_s for item in answered]),
        examples=tuple(dict.fromkeys((*harmed, *sorted(hurt))))[:EXAMPLES],
        missing=outcomes[Outcome.MISSING],
        causes=_causes(failed),
        typical=by_time[len(by_time) // 2].trace_id if by_time else "",
        slowest=by_time[-1].trace_id if by_time else "",
        entries=_entries(worst),
        callers=len(hurt),
        rules=tuple(sorted({item.rule for item in worst if item.rule})[:RULES]),
    )


def _worst(items: Iterable[Observation]) -> list[Observation]:
    found: dict[str, Observation] = {}
    for item in items:
        key = item.cluster or item.trace_id
        known = found.setdefault(key, item)
        if known is not item and _badness(item) > _badness(known):
            found[key] = item
    return list(found.values())


def _badness(item: Observation) -> tuple[int, float, float, str]:
    return BADNESS[item.outcome], item.duration_s, item.at, item.trace_id


def _causes(failed: Iterable[Observation]) -> tuple[Caused, ...]:
    traces: dict[Cause, list[str]] = {}
    for item in failed:
        if item.cause is not None:
            traces.setdefault(item.cause, []).append(item.trace_id)
    ranked = sorted(traces.items(), key=lambda one: (-len(one[1]), one[0].dependency, one[0].kind, one[0].exception))
    return tuple(Caused(cause, len(ids), ids[0], ids[len(ids) // 2]) for cause, ids in ranked[:CAUSES])


def _entries(items: Iterable[Observation]) -> Entries:
    entries = [item.entry for item in items if item.entry is not None]
    if not entries:
        return Entries()
    return Entries(
        requests=len(entries),
        faults=sum(entry.outcome is Outcome.FAULT for entry in entries),
        latency=_histogram([entry.duration_s for entry in entries]),
        endpoint=_most(entry.endpoint for entry in entries),
        dependency=_most(entry.dependency for entry in entries),
    )


def _most(names: Iterable[str]) -> str:
    counts = Counter(names)
    return min(counts, key=lambda name: (-counts[name], name))


def _histogram(durations: Sequence[float]) -> tuple[tuple[int, int], ...]:
    bins = Counter([floor(log(max(SHORTEST_S, s)) / BIN_WIDTH) for s in durations])
    return tuple(sorted(bins.items()))
