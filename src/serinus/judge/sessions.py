"""When each retry and session began, at one endpoint of one version. In: observations. Out: the same, with `began`
where that was an earlier request. What harmed a session once proves nothing twice: `blocks` counts it where it began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from serinus.judge.arms import unit
from serinus.judge.observation import Observation, WeightChange

MOST = 100_000
Key = tuple[str, str, str]


def _key(item: Observation) -> Key:
    return item.variant, item.stratum, unit(item)


def together(items: Sequence[Observation]) -> tuple[Observation, ...]:
    """All of a trace, in any order."""
    first: dict[Key, float] = {}
    for item in items:
        first[_key(item)] = min(item.at, first.get(_key(item), item.at))
    return tuple(item if first[_key(item)] == item.at else replace(item, began=first[_key(item)]) for item in items)


def dated(items: Iterable[Observation | WeightChange], most: int = MOST) -> Iterator[Observation | WeightChange]:
    """In time order, without end. Bounded: a session is known until `most` others, at least, were seen since its last
    request: two generations of so many, of which the older is dropped when the younger is full.
    """
    young: dict[Key, float] = {}
    old: dict[Key, float] = {}
    for item in items:
        if isinstance(item, WeightChange):
            yield item
            continue
        if len(young) >= most:
            old, young = young, {}
        key = _key(item)
        began = young.get(key)
        if began is None:
            young[key] = began = old.get(key, item.at)
        yield item if began == item.at else replace(item, began=began)
