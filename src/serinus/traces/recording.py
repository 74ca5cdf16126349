"""EDGE. The requests of a run again, from the X-Ray API. In: a target, an end, the weights. Out: observations and
changes of weight in time order, as `serinus replay` takes them. No more is held than a minute's traces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from serinus.judge.observation import Observation, WeightChange
from serinus.release.target import Target
from serinus.traces.collect import TraceApi, expression, variants
from serinus.traces.documents import observations

SPAN_S: Final = 60.0
Item = Observation | WeightChange


def recorded(client: TraceApi, target: Target, end: float, weights: Sequence[WeightChange]) -> Iterator[Item]:
    """All requests that began from the target's start to `end` (epoch s). A change of weight stands where the router
    confirmed it. Raises TracesError; InvalidInput where the versions have one name in X-Ray.
    """
    held: list[Item] = [replace(one, at=one.confirmed_at) for one in weights if one.confirmed_at is not None]
    start = target.started
    while start < end:
        stop = min(start + SPAN_S, end)
        held = sorted([*held, *_between(client, target, start, stop)], key=_when)
        yield from (one for one in held if one.at < stop)
        held = [one for one in held if one.at >= stop]
        start = stop
    yield from (one for one in held if one.at <= end)


def _between(client: TraceApi, target: Target, start: float, stop: float) -> list[Observation]:
    """Of the traces that began from `start` to before `stop`; nothing of them that began before."""
    versions = variants(target)
    listed = client.summaries(start, stop, expression((*versions, *target.called_as)), "TraceId")
    ids = [one["Id"] for one in listed if start <= one["StartTime"].timestamp() < stop]
    found: list[Observation] = []
    for trace in client.batch_get(ids) if ids else ():
        documents = [segment["Document"] for segment in trace["Segments"]]
        seen = observations(trace["Id"], documents, versions, target.called_as).observations
        found += [one for one in seen if one.at >= start]
    return found


def _when(item: Item) -> tuple[float, bool]:
    """A weight before the requests of its moment."""
    return item.at, isinstance(item, Observation)
