"""When blocks may close and what the router had been told: a fixed grid of ticks cut at every change of weight.
In: the run's start, its tick and its log of weights. Out: edges in time and the weight between two of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import floor, inf, isfinite

from msgspec import Struct

from serinus.errors import InvalidInput
from serinus.judge.observation import WeightChange


class Calendar(Struct, frozen=True):
    """Edges are `started + k * tick` and the `cuts`. `told[i]`: the canary's share from `cuts[i]` on, None: moving."""

    started: float
    tick: float
    cuts: tuple[float, ...]
    told: tuple[float | None, ...]

    def next_edge(self, at: float) -> float:
        """The first edge after `at`."""
        place = bisect_right(self.cuts, at)
        cut = self.cuts[place] if place < len(self.cuts) else inf
        return min(cut, self._line(self._line_number(at) + 1))

    def last_edge(self, at: float) -> float:
        """The last edge not after `at`."""
        place = bisect_right(self.cuts, at)
        cut = self.cuts[place - 1] if place else -inf
        return max(cut, self._line(self._line_number(at)))

    def is_cut(self, at: float) -> bool:
        """Whether the weight asked for or in force changes here."""
        place = bisect_left(self.cuts, at)
        return place < len(self.cuts) and self.cuts[place] == at

    def weight(self, at: float) -> float | None:
        """The share the router was told at `at`; None while a change was on its way or before the first one."""
        place = bisect_right(self.cuts, at)
        return self.told[place - 1] if place else None

    def _line(self, number: int) -> float:
        return self.started + number * self.tick

    def _line_number(self, at: float) -> int:
        number = floor((at - self.started) / self.tick)
        while self._line(number) > at:  # division and multiplication round apart
            number -= 1
        while self._line(number + 1) <= at:
            number += 1
        return number


def calendar(weights: Sequence[WeightChange], started: float, tick: float) -> Calendar:
    """The edges of a run. Raises InvalidInput for a tick that is not above 0 or a start that is no time."""
    if not (isfinite(tick) and tick > 0):
        raise InvalidInput("tick", "must be seconds above 0", tick)
    if not isfinite(started):
        raise InvalidInput("started", "must be epoch seconds", started)
    told: dict[float, float | None] = {}
    changes = sorted(weights, key=lambda change: change.at)
    ends = [*(change.at for change in changes), inf][1:]
    for change, end in zip(changes, ends, strict=False):
        told[change.at] = None
        if change.confirmed_at is not None and change.confirmed_at < end:
            told[max(change.confirmed_at, change.at)] = change.weight
    return Calendar(started, tick, tuple(sorted(told)), tuple(told[cut] for cut in sorted(told)))
