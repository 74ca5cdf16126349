"""EDGE What a release decided, as a segment of its own in X-Ray. In: a pass. Out: one datagram where something changed.
Its name is nobody's version, so it is never counted as traffic; no pass waits for it or fails by it.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import msgspec
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

from serinus.release.plan import Plan
from serinus.release.status import Status
from serinus.release.world import World
from serinus_xray.otel_annotations import LISTED, NAMESPACED
from serinus_xray.propagator import XRayIdGenerator

log = logging.getLogger(__name__)
NAME: Final = "serinus"
MOST_WAITING: Final = 100
MOST_TRACES: Final = 20
_NANOSECONDS: Final = 1_000_000_000


def decided(before: Status, after: Status) -> bool:
    """Whether the pass changed where the release stands, or why: what the run's timeline has a line for."""
    return _standing(before) != _standing(after)


def searchable(world: World, plan: Plan) -> dict[str, str | int]:
    """What can be searched for, as in `annotation.release = "notification"`."""
    metadata, status, verdict = world.release.metadata, plan.status, plan.run.verdict
    found: dict[str, str | int] = {
        "release": metadata.name,
        "namespace": metadata.namespace,
        "run": status.run,
        "step": status.step,
        "phase": str(status.phase),
        "reason": status.reason,
        "verdict": str(verdict.outcome) if verdict and status.run else "",
        "weight": status.weight,
    }
    return {key: value for key, value in found.items() if value != ""}


def details(plan: Plan) -> dict[str, Any]:
    """What is shown beside it; `traces`: the ids of those that decided, worst first."""
    status, verdict, last = plan.status, plan.run.verdict, plan.run.timeline[-1:]
    return {
        "message": status.message,
        "stable": status.stable_version,
        "canary": status.canary_version,
        "by": last[0].by if last else NAME,
        "asked": last[0].asked if last else "",
        "traces": list(verdict.examples[:MOST_TRACES]) if verdict and status.run else [],
    }


def span(world: World, plan: Plan, began: float, ended: float) -> ReadableSpan:
    """The decision with an id of its own. Epoch seconds."""
    ids, indexed = XRayIdGenerator(), searchable(world, plan)
    context = SpanContext(
        ids.generate_trace_id(), ids.generate_span_id(), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )
    shown = msgspec.json.encode(details(plan)).decode()
    return ReadableSpan(
        name=str(plan.status.phase),
        context=context,
        resource=Resource.get_empty(),
        kind=SpanKind.SERVER,
        attributes={**indexed, LISTED: list(indexed), NAMESPACED + NAME: shown},
        start_time=int(began * _NANOSECONDS),
        end_time=int(max(began, ended) * _NANOSECONDS),
    )


class Decisions:
    """Sends them one after the other on a thread of its own; when too many wait, new ones are left out."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="decisions")
        self._room = threading.BoundedSemaphore(MOST_WAITING)

    def tell(self, world: World, plan: Plan, began: float, ended: float) -> None:
        """After a pass that was applied: `world` is what it saw. Epoch seconds."""
        if not decided(world.status, plan.status):
            return
        if not self._room.acquire(blocking=False):
            log.warning("a decision is not sent to X-Ray: %d wait already", MOST_WAITING)
            return
        self._thread.submit(self._send, span(world, plan, began, ended))

    def close(self) -> None:
        """Returns when everything is sent."""
        self._thread.shutdown()
        self._exporter.shutdown()

    def _send(self, made: ReadableSpan) -> None:
        try:
            self._exporter.export((made,))
        finally:
            self._room.release()


def _standing(status: Status) -> tuple[object, ...]:
    return (status.phase, status.run, status.step, status.weight, status.paused, status.held, status.reason)
