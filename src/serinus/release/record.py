"""The run's record, one pass further. In: the run so far, the world, the new status. Out: the run to be written.
Weights, steps and the timeline are facts about what happened; the judge's evidence rides along.
"""

from __future__ import annotations

from msgspec.structs import replace

from serinus.judge.observation import WeightChange
from serinus.judge.verdict import Split
from serinus.release.capacity import capacity
from serinus.release.course import further
from serinus.release.run import Counts, Entry, Run, StepRecord
from serinus.release.status import Phase, Status
from serinus.release.transitions import Event
from serinus.release.world import Command, World

_OUTCOMES = {
    Event.HARM_FOUND: "rolled back",
    Event.DEADLINE_EXCEEDED: "rolled back",
    Event.ABORTED: "aborted",
    Event.REJECTED: "aborted",
    Event.STABLE_RETIRED: "promoted",
}
MOST_ENTRIES = 500


def begin(world: World, status: Status, now: float) -> Run:
    """An empty record for the run that starts now; the weight at its start is the one in force."""
    weight = (world.route.weight if world.route else 0.0) / 100
    return Run(
        number=status.run,
        canary_version=status.canary_version,
        stable_version=status.stable_version,
        started=now,
        weights=(WeightChange(now, weight, now),),
    )


def superseded(world: World, status: Status, now: float) -> Run | None:
    """The record of a run that ends because the status begins another; None if there is none that goes on."""
    run = world.run
    if not run.number or run.outcome:
        return None
    message = f"Version {status.canary_version} takes the canary's place: run {status.run} begins."
    entry = Entry(now, str(world.status.phase), "Superseded", message)
    return replace(_closed(run, now), outcome="superseded", ended=now, timeline=(*run.timeline, entry)[-MOST_ENTRIES:])


def record(world: World, run: Run, status: Status, event: Event, now: float, command: Command | None = None) -> Run:
    """The run with this pass's facts added. `command`: the person's, where it changed something."""
    run = _with_weight(world, run, status, event, now)
    run = _with_step(world, run, status, event, now)
    run = _with_entry(world, run, status, event, now, command)
    run = replace(run, points=further(run.points, run.verdict, world.status.weight))
    if outcome := _OUTCOMES.get(event):
        run = replace(run, outcome=outcome)
    if event in (Event.STABLE_RETIRED, Event.CANARY_DRAINED):
        run = replace(run, ended=now)
    return run


def _with_weight(world: World, run: Run, status: Status, event: Event, now: float) -> Run:
    """A change counts from the first moment it can move a request until the router confirms it."""
    if event in (Event.ROUTE_CONFIRMED, Event.ROUTE_RESTORED) and run.weights:
        confirmed = replace(run.weights[-1], confirmed_at=now)
        return replace(run, weights=(*run.weights[:-1], confirmed))
    by_replicas = world.release.spec.traffic.replicas is not None
    moves_in = (Phase.SCALING if by_replicas else Phase.ROUTING, Phase.ROLLING_BACK)
    if status.phase in moves_in and _asked(status) != _asked(world.status):
        share = capacity(world.release.spec.traffic, status.weight, status.size).weight / 100
        return replace(run, weights=(*run.weights, WeightChange(now, share)))
    return run


def _asked(status: Status) -> tuple[Phase, int, int]:
    """What a router is asked for, and when anew: a version that comes mid-run, or a skipped step, keeps the phase."""
    return status.phase, status.run, status.weight


def _with_step(world: World, run: Run, status: Status, event: Event, now: float) -> Run:
    run = _with_measure(world, run, event)
    if event in (Event.NEW_VERSION, Event.RETRIED, Event.STEP_PASSED, Event.APPROVED, Event.SKIPPED):
        closed = _closed(run, now)
        return replace(closed, steps=(*closed.steps, StepRecord(status.weight, None, now)))
    if event in (Event.STABLE_RETIRED, Event.CANARY_DRAINED):
        return _closed(run, now)
    return run


def _with_measure(world: World, run: Run, event: Event) -> Run:
    """Also on the pass that ends the step: it may be the first that measured anything."""
    return replace(run, steps=(*run.steps[:-1], _measured(world, run, event))) if run.steps else run


def _closed(run: Run, now: float) -> Run:
    if not run.steps or run.steps[-1].left is not None:
        return run
    return replace(run, steps=(*run.steps[:-1], replace(run.steps[-1], left=now)))


def _measured(world: World, run: Run, event: Event) -> StepRecord:
    """The step in force so far: what the router reports and counted since it confirmed, what the traces show."""
    step = run.steps[-1]
    if event is Event.ROUTE_CONFIRMED and world.route:
        return replace(step, applied=world.route.weight, counted_from=world.route.counts)
    if world.status.phase not in (Phase.ANALYSING, Phase.AWAITING_APPROVAL, Phase.BAKING) or world.status.weight == 0:
        return step
    split: Split | None = run.verdict.split if run.verdict else None
    return replace(step, measured=split or step.measured, routed=routed(world, step) or step.routed)


def routed(world: World, step: StepRecord) -> Counts | None:
    """Requests by the router's own counters since the step began; None if it has none or was restarted."""
    if world.route is None or world.route.counts is None or step.counted_from is None:
        return None
    stable = world.route.counts.stable - step.counted_from.stable
    canary = world.route.counts.canary - step.counted_from.canary
    return Counts(stable, canary) if min(stable, canary) >= 0 else None


def _with_entry(world: World, run: Run, status: Status, event: Event, now: float, command: Command | None) -> Run:
    """One line whenever something happened, a person changed something or the reason changed."""
    if event is Event.NOTHING and command is None and status.reason == world.status.reason:
        return run
    by, asked = (command.by, wish(command)) if command else ("serinus", "")
    entry = Entry(now, str(status.phase), status.reason, status.message, by, asked)
    return replace(run, timeline=(*run.timeline, entry)[-MOST_ENTRIES:])


def wish(command: Command) -> str:
    """As the timeline has it."""
    return f"{command.verb}: {command.reason}"
