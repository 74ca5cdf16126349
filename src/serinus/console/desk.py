"""What every call is answered from: the ports and what this process remembers. In: adapters. Out: one value to pass."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from serinus.console.feed import Feed
from serinus.console.port import Doctor, Gate, Logs, NoLogs, Releases, Rights, Traces
from serinus.console.session import Sessions
from serinus.console.tracerows import Sides


@dataclass
class Pulse:
    """The last look at the releases that succeeded, on the clock of the desk."""

    at: float = -math.inf


@dataclass(frozen=True)
class Desk:
    """`clock`: epoch s. `source`: where the releases are, `xray`: where the traces are, in words for a person.
    `gate`: None where the one-time tokens of `sessions` open it. `pulse`: when the releases could last be read.
    `began`: when this process did, epoch s.
    """

    releases: Releases
    traces: Traces
    rights: Rights
    doctor: Doctor
    sessions: Sessions
    clock: Callable[[], float]
    source: str
    xray: str
    version: str
    began: float = 0.0
    gate: Gate | None = None
    pulse: Pulse = field(default_factory=Pulse)
    feed: Feed = field(default_factory=Feed)
    logs: Logs = field(default_factory=NoLogs)


async def sides_of(desk: Desk, keys: Iterable[tuple[str, str]]) -> Sides:
    """The names in X-Ray of these releases' versions."""
    stable: set[str] = set()
    canary: set[str] = set()
    releases: dict[str, str] = {}
    for namespace, name in keys:
        if seen := await desk.releases.seen(namespace, name):
            stable.add(seen.stable.service)
            canary.add(seen.canary.service)
            releases |= dict.fromkeys((seen.stable.service, seen.canary.service), f"{namespace}/{name}")
    return Sides(frozenset(stable - {""}), frozenset(canary - {""}), releases)
