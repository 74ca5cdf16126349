"""EDGE. What the judge gets to see. In: a target, the evidence so far, the weights. Out: a Window of closed blocks.
Path "documents": summaries of both services, then documents five at a time, oldest first, each read once. A look that
runs out of time keeps what it has read, and the next one goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol, TypeVar

from msgspec.structs import replace

from serinus.errors import InvalidInput, TracesThrottled, TracesUnavailable
from serinus.judge.blocks import close_blocks
from serinus.judge.judge import Evidence
from serinus.judge.observation import Variant, WeightChange, Window
from serinus.release.target import Target
from serinus.traces.client import Json
from serinus.traces.documents import observations
from serinus.traces.memory import Memory

T = TypeVar("T")
LONGEST_WINDOW: Final = 15 * 60.0
SHORTEST_WINDOW: Final = 1.0
PORTION: Final = 40
LEAST_PORTION: Final = 5
LOOK_S: Final = 3.0
QUICK_S: Final = LOOK_S / 4
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

    def __init__(self, client: TraceApi, clock: Callable[[], float] = time.monotonic) -> None:
        """A look takes about `LOOK_S` seconds of the clock at most, so that the controller is never blind for long."""
        self._client = client
        self._clock = clock
        self._memory = Memory()
        self._window = LONGEST_WINDOW
        self._portion = PORTION
        self._asked: asyncio.Future[Any] | None = None
        self.unreadable = self.missing = 0

    @property
    def calls(self) -> int:
        """API calls so far; AWS charges them by the traces they retrieve and scan."""
        return self._client.calls

    async def collect(
        self, target: Target, evidence: Evidence, weights: tuple[WeightChange, ...], now: float
    ) -> Window:
        """Blocks closed between the evidence and `now - delay` (epoch s), or less far when there is more to read than
        a look has time for. Raises TracesError, also when a look brought nothing yet; InvalidInput.

        Traces are looked for by the time of their last update up to `now`: a request that began in time but was
        reported later is found, and what began after `now - delay` is left for the next look.
        """
        versions, evidence = variants(target), _not_ahead(evidence, now)
        begin = _begin(target, evidence)
        if now - target.delay <= begin:
            return Window((), max(evidence.complete_to, target.started), dict(evidence.open_since))
        until = self._clock() + LOOK_S
        await self._list(
            self._memory.unlisted_from(target, begin, now),
            now,
            now - target.delay,
            expression((*versions, *target.called_as)),
            until,
        )
        await self._read(versions, target.called_as, until)
        complete_to = self._memory.complete_to(now - target.delay)
        if complete_to <= max(begin, evidence.complete_to):
            raise TracesUnavailable(f"{self._memory.unread} traces are still to be read")
        seen = self._memory.observations(begin)
        return close_blocks(seen, evidence.open_since, weights, target.started, complete_to, target.tick)

    async def documents(self, ids: Sequence[str]) -> tuple[Json, ...]:
        """The traces in full, as BatchGetTraces gives them, for the run's record."""
        return tuple(await self._ask(self._client.batch_get, list(ids)))

    async def _ask(self, call: Callable[..., T], *arguments: object) -> T:
        """One question at a time, even when whoever waits for the answer gives up: a thread that waits for an X-Ray
        that hangs cannot be stopped, and questions asked meanwhile would all have to be answered once it is back.
        """
        if self._asked is not None and not self._asked.done():
            raise TracesUnavailable("an earlier question is still unanswered")
        asked = asyncio.get_running_loop().run_in_executor(None, call, *arguments)
        asked.add_done_callback(lambda late: late.cancelled() or late.exception())
        self._asked = asked
        return await asyncio.shield(asked)

    async def _list(self, begin: float, end: float, complete_to: float, expression: str, until: float) -> None:
        """What was updated in the range. Windows shrink when one takes too long, and grow again."""
        start = begin
        while start < end:
            if (asked_at := self._clock()) > until:
                raise TracesUnavailable(f"the traces of {end - start:.0f} s are still to be listed")
            tried, self._window = self._window, max(SHORTEST_WINDOW, self._window / 4)
            stop = min(start + tried, end)
            page = await self._ask(self._client.summaries, start, stop, expression, "Event")
            self._window = min(2 * tried, LONGEST_WINDOW) if self._clock() - asked_at < QUICK_S else tried
            for one in page:
                if _started(one) < complete_to:
                    self._memory.want(one["Id"], _started(one), one.get("Revision"))
            self._memory.listed(stop, end)
            start = stop

    async def _read(self, variants: dict[str, Variant], called_as: tuple[str, ...], until: float) -> None:
        """Oldest first. A refused portion is asked for again in a smaller one. Raises TracesThrottled if all were."""
        wanted, refused, read = self._memory.wanted(), None, False
        while wanted:
            some = wanted[: self._portion]
            try:
                found = await self._ask(self._client.batch_get, some)
            except TracesThrottled as throttled:
                self._portion, refused = max(LEAST_PORTION, self._portion // 2), throttled
            else:
                self._portion, read = min(PORTION, 2 * self._portion), True
                for trace in found:
                    self._keep(trace, variants, called_as)
                self._count_missing(self._memory.missed(some))
                del wanted[: len(some)]
            if self._clock() > until:
                break
        if refused and not read:
            raise refused

    def _keep(self, trace: Json, variants: dict[str, Variant], called_as: tuple[str, ...]) -> None:
        seen = observations(trace["Id"], [segment["Document"] for segment in trace["Segments"]], variants, called_as)
        self._memory.keep(trace["Id"], seen.observations)
        if seen.unreadable:
            self.unreadable += seen.unreadable
            _log.warning("trace %s: %d documents cannot be read", trace["Id"], seen.unreadable)

    def _count_missing(self, missing: int) -> None:
        if missing:
            self.missing += missing
            _log.warning("%d traces are listed but cannot be read", missing)


def _started(summary: Json) -> float:
    """Epoch seconds; a summary without a start is looked at in any case."""
    started = summary.get("StartTime")
    return float(started.timestamp()) if started else 0.0


def _not_ahead(evidence: Evidence, now: float) -> Evidence:
    """What is complete beyond `now` was read by a clock that has been set right since: reading goes on from now, for
    what came before may have been counted.
    """
    opened = {stratum: min(at, now) for stratum, at in evidence.open_since.items()}
    return replace(evidence, complete_to=min(evidence.complete_to, now), open_since=opened)


def _begin(target: Target, evidence: Evidence) -> float:
    return max(target.started, min([evidence.complete_to, *evidence.open_since.values()]))


def variants(target: Target) -> dict[str, Variant]:
    """By service name. InvalidInput: both have the same."""
    if target.stable_service == target.canary_service:
        rule = "must differ from the stable version's name in X-Ray, or their traces cannot be told apart"
        raise InvalidInput("canary AWS_XRAY_TRACING_NAME", rule, target.canary_service)
    return {target.stable_service: Variant.STABLE, target.canary_service: Variant.CANARY}


def expression(services: Iterable[str]) -> str:
    """The filter that finds the traces in which any of these names occurs."""
    return " OR ".join(f'service("{_quoted(name)}")' for name in services)


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')
