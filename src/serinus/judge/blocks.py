"""Observations become blocks: one endpoint, one span of time, the exposures that really happened.
In: what was read from the traces and where reading stood. Out: a `Window` of closed blocks and where to read on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from operator import attrgetter

from serinus.judge.arms import arm, unit
from serinus.judge.calendar import Calendar, calendar
from serinus.judge.observation import Arm, Block, Observation, Variant, WeightChange, Window

ENOUGH_CANARY = 5
LONGEST_S = 60.0
MAX_STRATA = 20
OTHER = "other"
AT = attrgetter("at")
ELSEWHERE = attrgetter("elsewhere")
PLACE = attrgetter("at", "stratum", "trace_id")


def close_blocks(
    observations: Iterable[Observation],
    open_since: Mapping[str, float],
    weights: Sequence[WeightChange],
    started: float,
    complete_to: float,
    tick: float,
) -> Window:
    """Blocks closed by `complete_to` (epoch s, as `started`; `tick` in seconds), in order of their end.

    `observations` may come in any order and hold more than is asked for: those before their stratum's `open_since`
    (or `started`) have been counted, those from `complete_to` on will be read again. A block ends at an edge of the
    calendar: always where the weight changes, else once it holds 5 canary requests, at the latest after 60 s. No
    outcome has a say in that. Time without requests belongs to no block. From the 21st on, new strata share "other".
    Retries and sessions count in the block in which they began: what has been counted once proves nothing twice. What
    they do at a second endpoint counts there, and not in `leading`.
    Raises InvalidInput for a tick or start that is none.
    """
    edges = calendar(weights, started, tick)
    blocks: list[Block] = []
    reached: dict[str, float] = {}
    for stratum, items in _by_stratum(observations, open_since, started, complete_to).items():
        closed, reached[stratum] = _walk(stratum, items, open_since.get(stratum, started), edges, complete_to)
        blocks += closed
    blocks.sort(key=lambda block: (block.end, block.stratum))
    return Window(tuple(blocks), complete_to, reached)


def _by_stratum(
    observations: Iterable[Observation], open_since: Mapping[str, float], started: float, complete_to: float
) -> dict[str, list[Observation]]:
    strata: dict[str, list[Observation]] = {stratum: [] for stratum in open_since}
    for item in sorted(observations, key=PLACE):
        if not started <= item.at < complete_to:
            continue
        stratum = item.stratum
        if stratum not in strata and len(strata.keys() - {OTHER}) >= MAX_STRATA:
            stratum = OTHER
        if item.at >= open_since.get(stratum, started):
            strata.setdefault(stratum, []).append(item)
    return strata


def _walk(
    stratum: str, items: Sequence[Observation], start: float, edges: Calendar, complete_to: float
) -> tuple[list[Block], float]:
    """Close what can be closed; beside the blocks, where the next one begins."""
    blocks: list[Block] = []
    first = 0
    while first < len(items):
        begin = max(start, edges.last_edge(items[first].at))
        if not _is_new(items[first], begin):
            first += 1
            continue
        start = begin
        closing = _closing(items, first, start, edges, complete_to)
        if closing is None:
            return blocks, start
        end, stop = closing
        fresh = [item for item in items[first:stop] if _is_new(item, start)]
        blocks.append(_block(stratum, fresh, start, end, edges.weight(start)))
        first, start = stop, end
    return blocks, max(start, edges.last_edge(complete_to))


def _closing(
    items: Sequence[Observation], first: int, start: float, edges: Calendar, complete_to: float
) -> tuple[float, int] | None:
    """Where the block that holds `items[first]` ends, and the first item after it; None: not before `complete_to`."""
    edge = edges.next_edge(start)
    while edge <= complete_to:
        stop = bisect_left(items, edge, key=AT)
        last_chance = edge + edges.tick - start > LONGEST_S
        if edges.is_cut(edge) or last_chance or _holds_enough(items, first, stop, start):
            return edge, stop
        edge = edges.next_edge(edge)
    return None


def _is_new(item: Observation, start: float) -> bool:
    """Whether its retry or session began in this block."""
    return item.began is None or item.began >= start


def _holds_enough(items: Sequence[Observation], first: int, stop: int, start: float) -> bool:
    """Whether so many units are the canary's."""
    units: set[str] = set()
    for item in islice(items, first, stop):
        if item.variant is Variant.CANARY and _is_new(item, start):
            units.add(unit(item))
            if len(units) >= ENOUGH_CANARY:
                return True
    return False


def _block(stratum: str, items: Sequence[Observation], start: float, end: float, weight: float | None) -> Block:
    by: dict[Variant, list[Observation]] = {variant: [] for variant in Variant}
    for item in items:
        by[item.variant].append(item)
    unanswered = {unit(item) for item in by[Variant.NOBODY]}
    both = by[Variant.STABLE], by[Variant.CANARY]
    return Block(stratum, start, end, weight, arm(both[0]), arm(both[1]), len(unanswered), _leading(*both))


def _leading(stable: Sequence[Observation], canary: Sequence[Observation]) -> tuple[Arm, Arm] | None:
    """Those that come first of their trace or session; None where all do."""
    if True not in map(ELSEWHERE, (*stable, *canary)):
        return None
    return _led(stable), _led(canary)


def _led(items: Iterable[Observation]) -> Arm:
    return arm(item for item in items if not item.elsewhere)
