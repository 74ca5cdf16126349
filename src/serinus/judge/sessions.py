"""When each retry and session began, at one endpoint of one version. In: observations. Out: the same, with `began`
where that was an earlier request and `elsewhere` where it was met first at another endpoint. What harmed a session once
proves nothing twice: `blocks` counts it where it began, and once for all endpoints together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from msgspec.structs import replace

from serinus.judge.arms import unit
from serinus.judge.observation import Observation, WeightChange

MOST = 100_000
PLACE = attrgetter("at", "stratum")
Known = dict[str, tuple[str | float, ...]]
Item = Observation | WeightChange


def _again(item: Observation, begun: tuple[str | float, ...], key: str, known: Known) -> Observation:
    """A request of a session that has met these endpoints, in turn, each with since when."""
    strata, times = begun[::2], begun[1::2]
    since = times[strata.index(item.stratum)] if item.stratum in strata else None
    known[key] = begun if since is not None else (*begun, item.stratum, item.at)
    began, elsewhere = None if since == item.at else since, strata[0] != item.stratum
    return item if began is None and not elsewhere else replace(item, began=began, elsewhere=elsewhere)


def together(items: Sequence[Observation]) -> tuple[Observation, ...]:
    """All of a trace, in any order."""
    in_time = sorted(range(len(items)), key=lambda place: PLACE(items[place]))
    met = dict(zip(in_time, _observations(dated(items[place] for place in in_time)), strict=True))
    return tuple(met[place] for place in range(len(items)))


def _observations(items: Iterable[Item]) -> Iterator[Observation]:
    return (item for item in items if isinstance(item, Observation))


def dated(items: Iterable[Item], most: int = MOST) -> Iterator[Item]:
    """In time order, without end. Bounded: a session is known until `most` others, at least, were seen since its last
    request: two generations of so many, of which the older is dropped when the younger is full.
    """
    young: Known = {}
    old: Known = {}
    for item in items:
        if isinstance(item, WeightChange):
            yield item
            continue
        if len(young) >= most:
            old, young = young, {}
        key = unit(item) + item.variant
        begun = young.get(key) or old.get(key)
        if begun is None:
            young[key] = (item.stratum, item.at)
            yield item
        else:
            yield _again(item, begun, key, young)
