"""What every call is answered from: the ports and what this process remembers. In: adapters. Out: one value to pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from serinus.console.feed import Feed
from serinus.console.port import Doctor, Releases, Rights, Traces
from serinus.console.session import Sessions
from serinus.console.tracerows import Sides


@dataclass(frozen=True)
class Desk:
    """`clock`: epoch s. `source`: where the releases are, `xray`: where the traces are, in words for a person."""

    releases: Releases
    traces: Traces
    rights: Rights
    doctor: Doctor
    sessions: Sessions
    clock: Callable[[], float]
    source: str
    xray: str
    version: str
    feed: Feed = field(default_factory=Feed)


async def all_sides(desk: Desk) -> Sides:
    """The names in X-Ray of all versions under release."""
    stable: set[str] = set()
    canary: set[str] = set()
    for namespace, name in await desk.releases.keys():
        if seen := await desk.releases.seen(namespace, name):
            stable.add(seen.stable.service)
            canary.add(seen.canary.service)
    return Sides(frozenset(stable - {""}), frozenset(canary - {""}))
