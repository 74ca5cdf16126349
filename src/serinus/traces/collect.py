"""EDGE. What the judge gets to see. In: a target, the evidence so far, the weights. Out: a Window of closed blocks.
Path "documents": summaries of both services in short windows, documents five at a time, remembered by id and revision.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from serinus.errors import InvalidInput
from serinus.judge.blocks import close_blocks
from serinus.judge.judge import Evidence
from serinus.judge.observation import Observation, Variant, WeightChange, Window
from serinus.release.target import Target
from serinus.traces.client import Json
from serinus.traces.documents import observations

LONGEST_WINDOW: Final = 15 * 60.0
REMEMBERED: Final = 20_000
PORTION: Final = 100
_log = logging.getLogger(__name__)


class TraceApi(Protocol):
    """What is needed of XRayClient. Both calls block and raise TracesError."""

    @property
    def calls(self) -> int:
        """API calls so far."""
        ...

    def summaries(self, start: float, end: float, expression: str, kind: str) -> list[Json]:
        """GetTraceSummaries, all pages."""
        ...

    def batch_get(self, ids: Sequence[str]) -> list[Json]:
        """BatchGetTraces."""
        ...


class XRayTraces:
    """The controller's view of the traces. What it remembers only saves calls: another process sees the same."""

    def __init__(self, client: TraceApi) -> None:
        self._client = client
        self._remembered: OrderedDict[str, tuple[int | None, tuple[Observation, ...]]] = OrderedDict()
        self.unreadable = self.missing = 0

    @property
    def calls(self) -> int:
        """API calls so far; AWS charges them by the traces they retrieve and scan."""
        return self._client.calls

    async def collect(
        self, target: Target, evidence: Evidence, weights: tuple[WeightChange, ...], now: float
    ) -> Window:
        """Blocks closed between the evidence and `now - delay` (epoch s). Raises TracesError, InvalidInput.

        Traces are looked for by the time of their last update up to `now`: a request that began in time but was
        reported later is found, and what began after `now - delay` is left for the next look.
        """
        variants = _variants(target)
        complete_to = now - target.delay
        begin = _begin(target, evidence)
        if complete_to <= begin:
            return Window((), max(evidence.complete_to, target.started), dict(evidence.open_since))
        listed = await self._list(begin, now, _expression(variants))
        seen = await self._observe([one for one in listed if _started(one) < complete_to], variants)
        return close_blocks(seen, evidence.open_since, weights, target.started, complete_to, target.tick)

    async def documents(self, ids: Sequence[str]) -> tuple[Json, ...]:
        """The traces in full, as BatchGetTraces gives them, for the run's record."""
        return tuple(await asyncio.to_thread(self._client.batch_get, list(ids)))

    async def _list(self, begin: float, end: float, expression: str) -> list[Json]:
        newest: dict[str, Json] = {}
        for start, stop in windows(begin, end):
            page = await asyncio.to_thread(self._client.summaries, start, stop, expression, "Event")
            newest |= {one["Id"]: one for one in page}
        return list(newest.values())

    async def _observe(self, listed: Sequence[Json], variants: dict[str, Variant]) -> list[Observation]:
        wanted = {one["Id"]: one.get("Revision") for one in listed if not self._knows(one)}
        for some in _portions(list(wanted)):  # what has been read is kept when X-Ray throttles the rest
            for trace in await asyncio.to_thread(self._client.batch_get, some):
                self._remember(trace, wanted[trace["Id"]], variants)
        known = [self._remembered[one["Id"]][1] for one in listed if one["Id"] in self._remembered]
        if len(known) < len(listed):
            self.missing += len(listed) - len(known)
            _log.warning("%d traces are listed but cannot be read", len(listed) - len(known))
        while len(self._remembered) > max(REMEMBERED, len(listed)):
            self._remembered.popitem(last=False)
        return [observation for of_trace in known for observation in of_trace]

    def _knows(self, one: Json) -> bool:
        known = self._remembered.get(one["Id"])
        revision = one.get("Revision")
        return known is not None and revision is not None and known[0] == revision

    def _remember(self, trace: Json, revision: int | None, variants: dict[str, Variant]) -> None:
        seen = observations(trace["Id"], [segment["Document"] for segment in trace["Segments"]], variants)
        self._remembered[trace["Id"]] = (revision, seen.observations)
        self._remembered.move_to_end(trace["Id"])
        if seen.unreadable:
            self.unreadable += seen.unreadable
            _log.warning("trace %s: %d documents cannot be read", trace["Id"], seen.unreadable)


def _portions(ids: list[str]) -> Iterator[list[str]]:
    return (ids[start : start + PORTION] for start in range(0, len(ids), PORTION))


def _started(summary: Json) -> float:
    """Epoch seconds; a summary without a start is looked at in any case."""
    started = summary.get("StartTime")
    return float(started.timestamp()) if started else 0.0


def windows(begin: float, end: float, longest: float = LONGEST_WINDOW) -> Iterator[tuple[float, float]]:
    """The range in pieces of at most `longest` seconds."""
    while begin < end:
        stop = min(begin + longest, end)
        yield begin, stop
        begin = stop


def _begin(target: Target, evidence: Evidence) -> float:
    return max(target.started, min([evidence.complete_to, *evidence.open_since.values()]))


def _variants(target: Target) -> dict[str, Variant]:
    if target.stable_service == target.canary_service:
        rule = "must differ from the stable version's name in X-Ray, or their traces cannot be told apart"
        raise InvalidInput("canary AWS_XRAY_TRACING_NAME", rule, target.canary_service)
    return {target.stable_service: Variant.STABLE, target.canary_service: Variant.CANARY}


def _expression(services: Iterable[str]) -> str:
    return " OR ".join(f'service("{_quoted(name)}")' for name in services)


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')
