"""The loop: observe, collect, judge, decide, apply. In: two ports, a release's name, the time. Out: a Plan, applied.
Each pass is safe to repeat after a crash: it starts from what is observed, and actions are applied before the status.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

from msgspec.structs import replace

from serinus.errors import TracesError
from serinus.judge.journal import Entry, Look, seen
from serinus.judge.judge import Evidence, Stage, unavailable
from serinus.judge.observation import Routed, WeightChange, Window
from serinus.judge.verdict import Verdict
from serinus.release.decide import decide
from serinus.release.durations import seconds
from serinus.release.events import planned
from serinus.release.plan import Plan
from serinus.release.record import routed
from serinus.release.target import Target
from serinus.release.transitions import AT_REST, IN_RUN
from serinus.release.world import World

log = logging.getLogger(__name__)


class Cluster(Protocol):
    """Where the release happens: Kubernetes, or the laptop's processes."""

    async def observe(self, name: str) -> World:
        """Everything about the release, read afresh."""

    async def apply(self, name: str, plan: Plan) -> None:
        """Actions first, then the run's record, then the status."""


class Traces(Protocol):
    """The evidence, through the X-Ray API."""

    async def collect(
        self, target: Target, evidence: Evidence, weights: tuple[WeightChange, ...], now: float
    ) -> Window:
        """Blocks closed since the evidence's `open_since`; raises TracesError."""

    async def documents(self, ids: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
        """Traces in full, for the record; raises TracesError."""


class Journal(Protocol):
    """A log from which every verdict of a run can be found again."""

    def append(self, name: str, number: int, entry: Entry) -> None:
        """One look of run `number`, before anything is done about it. Never fails: a release does not wait for it."""


async def step(name: str, cluster: Cluster, traces: Traces, now: float, journal: Journal | None = None) -> Plan:
    """One pass. `now` in epoch s."""
    world = await cluster.observe(name)
    evidence, verdict = await _judged(world, traces, now, journal)
    plan = decide(world, evidence, verdict, now)
    plan = await _with_examples(plan, traces)
    await cluster.apply(name, plan)
    return plan


async def run(
    name: str, cluster: Cluster, traces: Traces, clock: Callable[[], float], journal: Journal | None = None
) -> None:
    """Passes for ever, each as soon as the plan before it asks."""
    said = ("", "")
    while True:
        plan = await step(name, cluster, traces, clock(), journal)
        if said != (plan.status.phase, plan.status.reason):
            log.info("%s %s: %s", plan.status.phase, plan.status.reason, plan.status.message)
        said = (plan.status.phase, plan.status.reason)
        await asyncio.sleep(plan.wake_after)


async def _judged(world: World, traces: Traces, now: float, journal: Journal | None = None) -> tuple[Evidence, Verdict]:
    before = world.run.evidence
    if world.status.phase not in IN_RUN or world.stable is None or world.canary is None:
        return before, world.run.verdict or unavailable(before, "No run is going on.")
    look, policy = await _look(world, traces, now), world.release.spec.analysis.policy()
    evidence, verdict = seen(before, look, policy)
    if world.run.verdict is None or verdict.outcome != world.run.verdict.outcome:
        log.info("%s: the verdict is %s", world.release.metadata.name, verdict.outcome)
    if journal:
        journal.append(world.release.metadata.name, world.run.number, Entry(policy, before, look, evidence, verdict))
    return evidence, verdict


async def _look(world: World, traces: Traces, now: float) -> Look:
    """What the judge is given."""
    try:
        window = await traces.collect(_target(world), world.run.evidence, world.run.weights, now)
    except TracesError as error:
        return Look(now, unread=f"The traces cannot be read: {error}")
    return Look(now, window, _stage(world, now))


def _stage(world: World, now: float) -> Stage:
    since = world.status.judged_since
    sent = routed(world, world.run.steps[-1]) if world.run.steps else None
    counted = Routed(sent.stable, sent.canary, now - since) if sent else None
    return Stage(weight=round(planned(world).weight), since=since, looked=now, routed=counted)


def _target(world: World) -> Target:
    assert world.stable is not None
    assert world.canary is not None
    spec = world.release.spec
    return Target(
        stable_service=world.stable.service,
        canary_service=world.canary.service,
        started=world.run.started,
        delay=seconds(spec.traces.delay, "spec.traces.delay"),
        tick=seconds(spec.analysis.tick, "spec.analysis.tick"),
        called_as=spec.traces.called_as,
    )


async def _with_examples(plan: Plan, traces: Traces) -> Plan:
    """Once a run is at rest, the traces that made its outcome are kept in full: the record outlives them. Not before:
    while traffic is taken off a bad canary, nothing is waited for. One answer of X-Ray's is enough.
    """
    verdict = plan.run.verdict
    wanted = plan.run.outcome and plan.status.phase in AT_REST and not (plan.run.examples or plan.run.sought)
    if not wanted or verdict is None or not verdict.examples:
        return plan
    try:
        documents = await traces.documents(verdict.examples[:5])
    except TracesError as error:
        log.warning("the example traces cannot be kept: %s", error)
        return plan
    return replace(plan, run=replace(plan.run, examples=documents, sought=True))
