"""What happened since the last pass, the most important thing only. In: World, Verdict, now. Out: one Event.
The deadline is looked at first, then what a person asked, then harm, then progress.
"""

from __future__ import annotations

from serinus.judge.verdict import Reason, Verdict, VerdictOutcome
from serinus.release.capacity import Capacity, capacity
from serinus.release.durations import seconds
from serinus.release.spec import OnTimeout, Step
from serinus.release.status import Phase
from serinus.release.transitions import AT_REST, IN_RUN, Event
from serinus.release.verbs import fitting_command
from serinus.release.world import Verb, World

WEIGHT_TOLERANCE = 0.5
RESTORE_GRACE = 10.0


def occurred(world: World, verdict: Verdict, now: float) -> Event:
    """The one event this pass acts on; NOTHING when there is none. `now` in epoch s."""
    phase = world.status.phase
    if overdue(world, now) and world.release.spec.analysis.on_timeout is OnTimeout.ROLL_BACK:
        return Event.DEADLINE_EXCEEDED
    if event := asked(world):
        return event
    if _rejected_again(world):
        return Event.REJECTED
    if _new_version(world):
        return Event.NEW_VERSION
    if phase in IN_RUN and verdict.outcome is VerdictOutcome.FAIL:
        return Event.HARM_FOUND
    if phase in IN_RUN and _paused(world):
        return Event.NOTHING
    return _progress(world, verdict, now)


def overdue(world: World, now: float) -> bool:
    """True when the phase lasts longer than its deadline, on the wall clock."""
    spec = world.release.spec
    limits = {
        Phase.SCALING: seconds(spec.progress_deadline, "spec.progressDeadline"),
        Phase.ROUTING: seconds(spec.progress_deadline, "spec.progressDeadline"),
        Phase.ANALYSING: seconds(spec.analysis.max_time, "spec.analysis.maxTime"),
    }
    limit = limits.get(world.status.phase)
    return limit is not None and now - world.status.since > limit


def planned(world: World) -> Capacity:
    """Replicas and weight that the status asks for."""
    return capacity(world.release.spec.traffic, world.status.weight, world.status.size)


def asked(world: World) -> Event | None:
    """The event that a person's command is; None where it is none, or there is none."""
    command = fitting_command(world)
    if command is None:
        return None
    if command.verb is Verb.ABORT:
        return Event.ABORTED
    if command.verb is Verb.RETRY and world.status.phase is Phase.ROLLED_BACK:
        return Event.RETRIED if world.canary and _stable_runs(world) else None
    return _promoted(world, full=command.full) if command.verb is Verb.PROMOTE else None


def _promoted(world: World, *, full: bool) -> Event:
    if world.status.phase is Phase.AWAITING_APPROVAL and not full:
        return Event.APPROVED
    return Event.SKIPPED if full else _passed(world)


def _paused(world: World) -> bool:
    """A command of this very pass counts already."""
    command = fitting_command(world)
    if command and command.verb in (Verb.PAUSE, Verb.RESUME, Verb.RETRY):
        return command.verb is Verb.PAUSE
    return world.status.paused


def _new_version(world: World) -> bool:
    status, canary = world.status, world.canary
    if canary is None or world.stable is None or not canary.version:
        return False
    if status.phase in AT_REST:
        return _is_new(world) and _stable_runs(world)
    return status.phase in IN_RUN and canary.version != status.canary_version


def unmatched(world: World) -> bool:
    """At rest a new version is there, but stable has no pods: nothing to compare it with, nothing to go back to."""
    return world.status.phase in AT_REST and _is_new(world) and not _stable_runs(world)


def _is_new(world: World) -> bool:
    """Neither is what a promotion has retired: the roles may be exchanged before the next version is there."""
    status, stable, canary = world.status, world.stable, world.canary
    if stable is None or canary is None or not canary.version:
        return False
    retired = (status.stable_version,) if status.phase is Phase.PROMOTED else ()
    return canary.version not in (*status.rejected, *retired, status.promoted, stable.version)


def _stable_runs(world: World) -> bool:
    return world.stable is not None and world.stable.desired > 0


def _rejected_again(world: World) -> bool:
    """A version that was rolled back takes the place of the one that is released: it comes back only by `retry`."""
    status, canary = world.status, world.canary
    if status.phase not in IN_RUN or canary is None or canary.version == status.canary_version:
        return False
    return canary.version in status.rejected


def _progress(world: World, verdict: Verdict, now: float) -> Event:
    reached = {
        Phase.SCALING: (_canary_ready(world), Event.CAPACITY_READY),
        Phase.ROUTING: (_route_has(world, planned(world).weight), Event.ROUTE_CONFIRMED),
        Phase.ANALYSING: (world.status.full or _shown(world, verdict, now), _passed(world)),
        Phase.BAKING: (now - world.status.since >= seconds(world.release.spec.bake, "spec.bake"), Event.BAKED),
        Phase.RETIRING: (_scaled_to(world.stable, 0), Event.STABLE_RETIRED),
        Phase.RESTORING: (_stable_ready(world, now), Event.STABLE_READY),
        Phase.ROLLING_BACK: (_route_has(world, 0.0), Event.ROUTE_RESTORED),
        Phase.DRAINING: (_scaled_to(world.canary, 0), Event.CANARY_DRAINED),
    }
    happened, event = reached.get(world.status.phase, (False, Event.NOTHING))
    return event if happened else Event.NOTHING


def _shown(world: World, verdict: Verdict, now: float) -> bool:
    """The evidence is enough, and the step has lasted as long as it must."""
    lasted = now - world.status.judged_since
    return verdict.outcome is VerdictOutcome.PASS and lasted >= seconds(min_time(world), "spec.steps.minTime")


def min_time(world: World) -> str:
    """How long the present step lasts at least."""
    return _in_force(world).min_time


def next_step(world: World) -> int:
    """The place of the first step with more weight than there is: the owner may change the steps during a run."""
    steps = world.release.spec.steps
    return next((place for place, step in enumerate(steps) if step.weight > world.status.weight), len(steps) - 1)


def _in_force(world: World) -> Step:
    """The step of the present weight, as it is written now."""
    weight = world.status.weight
    return next((step for step in world.release.spec.steps if step.weight == weight), Step(max(weight, 1)))


def _passed(world: World) -> Event:
    if world.status.weight >= 100:
        return Event.LAST_STEP_PASSED
    return Event.APPROVAL_NEEDED if _in_force(world).approval and not world.status.full else Event.STEP_PASSED


def _canary_ready(world: World) -> bool:
    return world.canary is not None and world.canary.ready >= planned(world).canary


def _stable_ready(world: World, now: float) -> bool:
    """All of stable is ready; half of it where harm was found, as that goes on meanwhile; one pod when it is late."""
    if world.stable is None:
        return False
    whole = world.status.size
    late = now - world.status.since > RESTORE_GRACE
    harmed = world.status.reason == Reason.HARM_FOUND
    return world.stable.ready >= (1 if late else -(-whole // 2) if harmed else whole)


def _route_has(world: World, weight: float) -> bool:
    return world.route is not None and abs(world.route.weight - weight) <= WEIGHT_TOLERANCE


def _scaled_to(workload: object, replicas: int) -> bool:
    return workload is None or (getattr(workload, "desired", None), getattr(workload, "ready", None)) == (
        replicas,
        replicas,
    )
