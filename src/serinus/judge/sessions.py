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
Known = dict[tuple[str, str], tuple[tuple[str, float], ...]]


def _met(item: Observation, young: Known, old: Known) -> Observation:
    """The request with what is known of its session: where it was met, the first place first, and since when."""
    key = (item.variant, unit(item))
    begun = young.get(key) or old.get(key)
    if begun is None:
        young[key] = ((item.stratum, item.at),)
        return item
    since = next((at for stratum, at in begun if stratum == item.stratum), None)
    young[key] = begun if since is not None else (*begun, (item.stratum, item.at))
    began, elsewhere = None if since == item.at else since, begun[0][0] != item.stratum
    return item if began is None and not elsewhere else replace(item, began=began, elsewhere=elsewhere)


def together(items: Sequence[Observation]) -> tuple[Observation, ...]:
    """All of a trace, in any order."""
    known: Known = {}
    in_time = sorted(range(len(items)), key=lambda place: PLACE(items[place]))
    met = {place: _met(items[place], known, {}) for place in in_time}
    return tuple(met[place] for place in range(len(items)))


def dated(items: Iterable[Observation | WeightChange], most: int = MOST) -> Iterator[Observation | WeightChange]:
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
        yield _met(item, young, old)
