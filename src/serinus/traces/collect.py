"""EDGE. What the judge gets to see. In: a target, the evidence so far, the weights. Out: a Window of closed blocks.
Path "documents": summaries of both services in short windows, documents five at a time, each read once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from serinus.errors import InvalidInput
from serinus.judge.blocks import close_blocks
from serinus.judge.judge import Evidence
from serinus.judge.observation import Variant, WeightChange, Window
from serinus.release.target import Target
from serinus.traces.client import Json
from serinus.traces.documents import observations
from serinus.traces.memory import Memory, Read

LONGEST_WINDOW: Final = 15 * 60.0
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
        self._memory = Memory()
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
        await self._read(self._memory.unlisted_from(target, begin), now, complete_to, variants)
        self._memory.listed(now)
        seen = self._memory.observations(begin)
        return close_blocks(seen, evidence.open_since, weights, target.started, complete_to, target.tick)

    async def documents(self, ids: Sequence[str]) -> tuple[Json, ...]:
        """The traces in full, as BatchGetTraces gives them, for the run's record."""
        return tuple(await asyncio.to_thread(self._client.batch_get, list(ids)))

    async def _read(self, begin: float, end: float, complete_to: float, variants: dict[str, Variant]) -> None:
        listed: dict[str, Json] = {}
        for start, stop in windows(begin, end):
            page = await asyncio.to_thread(self._client.summaries, start, stop, _expression(variants), "Event")
            listed |= {one["Id"]: one for one in page if _started(one) < complete_to}
        wanted = [one["Id"] for one in listed.values() if not self._memory.knows(one["Id"], one.get("Revision"))]
        for some in _portions(wanted):  # what has been read is kept when X-Ray throttles the rest
            found = await asyncio.to_thread(self._client.batch_get, some)
            for trace in found:
                self._keep(trace, listed[trace["Id"]], variants)
            self._count_missing(len(some) - len(found))

    def _keep(self, trace: Json, summary: Json, variants: dict[str, Variant]) -> None:
        seen = observations(trace["Id"], [segment["Document"] for segment in trace["Segments"]], variants)
        self._memory.keep(trace["Id"], Read(_started(summary), summary.get("Revision"), seen.observations))
        if seen.unreadable:
            self.unreadable += seen.unreadable
            _log.warning("trace %s: %d documents cannot be read", trace["Id"], seen.unreadable)

    def _count_missing(self, missing: int) -> None:
        if missing:
            self.missing += missing
            _log.warning("%d traces are listed but cannot be read", missing)


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
