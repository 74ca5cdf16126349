"""What the collector has read, so that it asks for nothing twice. In: listings and traces. Out: what is still to read.
It only saves calls: without it, everything since the oldest open block is read again, with the same result.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from serinus.judge.observation import Observation
from serinus.release.target import Target

CLOCK_MARGIN: Final = 5.0


class Read(Struct, frozen=True):
    """One trace as it was read: `started` in epoch s, the revision it had, its observations."""

    started: float
    revision: int | None
    observations: tuple[Observation, ...]


class Memory:
    """Of one target. Its size is the traffic since the oldest open block."""

    def __init__(self) -> None:
        self._target: Target | None = None
        self._since = 0.0
        self._listed_to = 0.0
        self._overlap = 0.0
        self._read: dict[str, Read] = {}

    def unlisted_from(self, target: Target, begin: float) -> float:
        """Where listing must begin (epoch s) to see every trace with requests since `begin`.

        The last `target.delay` seconds, and 5 more for clocks that differ, are listed once more: X-Ray shows traces
        late and lets them grow.
        """
        if target != self._target or begin < self._since:
            self._target, self._since, self._listed_to, self._read = target, begin, begin, {}
            self._overlap = target.delay + CLOCK_MARGIN
        return max(begin - CLOCK_MARGIN, self._listed_to - self._overlap)

    def listed(self, to: float) -> None:
        """Everything updated before `to` has been listed and read."""
        self._listed_to = max(self._listed_to, to)

    def knows(self, trace_id: str, revision: int | None) -> bool:
        """Whether the trace was read at this revision; without a revision there is no telling."""
        known = self._read.get(trace_id)
        return known is not None and revision is not None and known.revision == revision

    def keep(self, trace_id: str, read: Read) -> None:
        """Remember a trace, in place of what was known of it."""
        self._read[trace_id] = read

    def observations(self, begin: float) -> list[Observation]:
        """All that is remembered; traces whose requests all began before `begin`, listed no more, are forgotten."""
        self._since = max(self._since, begin)
        settled = min(begin, self._listed_to - self._overlap)
        old = [trace_id for trace_id, read in self._read.items() if _newest(read) < settled]
        for trace_id in old:
            del self._read[trace_id]
        return [observation for read in self._read.values() for observation in read.observations]


def _newest(read: Read) -> float:
    return max((observation.at for observation in read.observations), default=read.started)
