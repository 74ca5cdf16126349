"""What the collector has read, so that it asks for nothing twice. In: listings and traces. Out: what is still to read.
It only saves calls: without it, everything since the oldest open block is read again, with the same result.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from serinus.judge.observation import Observation
from serinus.release.target import Target

CLOCK_MARGIN: Final = 5.0
TRIES: Final = 3


class Read(Struct, frozen=True):
    """One trace as it was read: `started` in epoch s, the revision it had, its observations."""

    started: float
    revision: int | None
    observations: tuple[Observation, ...]


class Listed(Struct, frozen=True):
    """One trace to be read: when it began (epoch s), the revision it has."""

    started: float
    revision: int | None


class Missed(Struct, frozen=True):
    """One trace that answers left out, `times` so far."""

    started: float
    times: int


class Memory:
    """Of one target. Its size is the traffic since the oldest open block."""

    def __init__(self) -> None:
        self._target: Target | None = None
        self._since = 0.0
        self._listed_to = 0.0
        self._overlap = 0.0
        self._read: dict[str, Read] = {}
        self._unread: dict[str, Listed] = {}
        self._missed: dict[str, Missed] = {}

    @property
    def unread(self) -> int:
        """Traces that are listed and not yet read."""
        return len(self._unread)

    def unlisted_from(self, target: Target, begin: float, now: float) -> float:
        """Where listing must begin (epoch s) to see every trace with requests since `begin`. What was listed beyond
        `now`, by a clock that has been set right since, counts for nothing.
        """
        if target != self._target or begin < self._since or now < self._listed_to:
            self._target, self._since, self._listed_to = target, begin, begin - CLOCK_MARGIN
            self._read, self._unread, self._missed = {}, {}, {}
            self._overlap = target.delay + CLOCK_MARGIN
        return max(begin - CLOCK_MARGIN, self._listed_to)

    def listed(self, to: float, now: float) -> None:
        """Everything updated before `to` has been listed. The last `target.delay` seconds before `now`, and 5 more for
        clocks that differ, are to be listed once more: X-Ray shows traces late and lets them grow.
        """
        self._listed_to = max(self._listed_to, min(to, now - self._overlap))

    def want(self, trace_id: str, started: float, revision: int | None) -> None:
        """A trace that there is, to be read unless it was at this revision; without one there is no telling."""
        known = self._read.get(trace_id)
        if known is None or revision is None or known.revision != revision:
            self._unread[trace_id] = Listed(started, revision)

    def wanted(self) -> list[str]:
        """What is to be read, oldest first, so that what is complete grows while reading goes on."""
        return sorted(self._unread, key=lambda trace_id: self._unread[trace_id].started)

    def keep(self, trace_id: str, observations: tuple[Observation, ...]) -> None:
        """A listed trace has been read; in place of what was known of it."""
        listed = self._unread.pop(trace_id)
        self._read[trace_id] = Read(listed.started, listed.revision, observations)
        self._missed.pop(trace_id, None)

    def missed(self, trace_ids: Iterable[str]) -> int:
        """Those of them that are still unread were left out of the answer. From the third time on they hold up what is
        complete no longer, though they are read if listed again; how many have just come to that.
        """
        given_up = 0
        for trace_id in trace_ids:
            if (listed := self._unread.get(trace_id)) is None:
                continue
            times = self._missed[trace_id].times + 1 if trace_id in self._missed else 1
            self._missed[trace_id] = Missed(listed.started, times)
            given_up += times == TRIES
            if times >= TRIES:
                del self._unread[trace_id]
        return given_up

    def complete_to(self, limit: float) -> float:
        """Up to when every request has been read, at most `limit`; all in epoch s."""
        return min((listed.started for listed in self._unread.values()), default=limit)

    def observations(self, begin: float) -> list[Observation]:
        """All that is remembered; traces whose requests all began before `begin`, listed no more, are forgotten."""
        self._since = max(self._since, begin)
        settled = min(begin, self._listed_to)
        old = [trace_id for trace_id, read in self._read.items() if _newest(read) < settled]
        for trace_id in old:
            del self._read[trace_id]
        self._missed = {trace_id: one for trace_id, one in self._missed.items() if one.started >= settled}
        return [observation for read in self._read.values() for observation in read.observations]


def _newest(read: Read) -> float:
    return max((observation.at for observation in read.observations), default=read.started)
