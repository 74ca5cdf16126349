"""What to do next: a pure function of what was seen, what the judge says and the time.
In: World, Evidence, Verdict, now. Out: Plan: the status to write, the run's record, and desired states for the cluster.
"""

from __future__ import annotations

from msgspec.structs import replace

from serinus.judge.judge import Evidence
from serinus.judge.verdict import Verdict
from serinus.release.capacity import Capacity
from serinus.release.events import asked, next_step, occurred, overdue, planned
from serinus.release.messages import reason_and_message
from serinus.release.plan import Action, Plan, Scale, SetWeight
from serinus.release.record import begin, record, superseded
from serinus.release.status import Phase, Status
from serinus.release.transitions import IN_RUN, STOPS, TRANSITIONS, Event
from serinus.release.verbs import fitting_command, fresh_command
from serinus.release.world import Verb, World

PATIENCE = {
    Phase.SCALING: 0.3,
    Phase.ROUTING: 0.3,
    Phase.RESTORING: 0.1,
    Phase.ROLLING_BACK: 0.1,
    Phase.DRAINING: 0.1,
    Phase.RETIRING: 0.1,
}


def decide(world: World, evidence: Evidence, verdict: Verdict, now: float) -> Plan:
    """The plan for this pass. `now` in epoch s. The same input gives the same plan."""
    event = occurred(world, verdict, now)
    followed = _follow(world, event, now)
    obeyed = _obey(world, followed, now)
    command = fitting_command(world) if event is asked(world) or obeyed != followed else None
    status = _answering(world, obeyed)
    starts = event in (Event.NEW_VERSION, Event.RETRIED)
    run = begin(world, status, now) if starts else replace(world.run, evidence=evidence, verdict=verdict)
    reason, message = reason_and_message(world, status, event, verdict)
    status = replace(status, reason=reason, message=message, held=_held(world, status, now))
    run = record(world, run, status, event, now, command)
    return Plan(
        status=status,
        run=run,
        actions=_news(world, _actions(world, status)),
        wake_after=PATIENCE.get(status.phase, 1.0),
        former=superseded(world, status, now) if starts else None,
    )


def _follow(world: World, event: Event, now: float) -> Status:
    """The status after the event, by the table."""
    status = world.status
    phase = TRANSITIONS.get((status.phase, event))
    if phase is None:
        return status
    status = replace(status, phase=phase, since=now, held=False)
    if event in (Event.NEW_VERSION, Event.RETRIED):
        return _begun(world, status)
    if event in (Event.STEP_PASSED, Event.APPROVED, Event.SKIPPED):
        return _at_step(
            world, status, len(world.release.spec.steps) - 1 if event is Event.SKIPPED else next_step(world)
        )
    if event is Event.ROUTE_CONFIRMED:
        return replace(status, judged_since=now)
    if event in STOPS:
        rejected = status.rejected if event is Event.REJECTED else _remember(status)
        return replace(status, weight=0, paused=False, rejected=rejected)
    if event is Event.STABLE_RETIRED:
        return replace(status, promoted=status.canary_version)
    return status


def _begun(world: World, status: Status) -> Status:
    """A new run, from its first step. Running runs keep the size they started with: stable may be shrunk by now."""
    assert world.stable is not None
    assert world.canary is not None
    in_run = world.status.phase in IN_RUN
    replicas = world.release.spec.traffic.replicas
    size = replicas.total if replicas else max(1, world.status.size if in_run else world.stable.desired)
    forgiven = tuple(version for version in status.rejected if version != world.canary.version)
    status = replace(
        status,
        run=status.run + 1,
        size=size,
        stable_version=world.stable.version,
        canary_version=world.canary.version,
        rejected=forgiven,
        paused=False,
        full=False,
    )
    return _at_step(world, status, 0)


def _at_step(world: World, status: Status, step: int) -> Status:
    """Behind a gateway an autoscaler may have let stable grow; the canary then needs as many pods."""
    size = status.size if world.release.spec.traffic.replicas else _grown(world, status)
    return replace(status, step=step, weight=world.release.spec.steps[step].weight, size=size)


def _grown(world: World, status: Status) -> int:
    return max(status.size, world.stable.desired if world.stable else 0)


def _remember(status: Status) -> tuple[str, ...]:
    """Rejected versions, newest last, each once, bounded."""
    others = tuple(version for version in status.rejected if version != status.canary_version)
    return (*others, status.canary_version)[-20:]


def _obey(world: World, status: Status, now: float) -> Status:
    """What a person's command changes beside the phase."""
    command = fitting_command(world)
    if command is None or status.phase not in IN_RUN:
        return status
    match command.verb:
        case Verb.PAUSE:
            return replace(status, paused=True)
        case Verb.RESUME | Verb.RETRY:
            return replace(status, paused=False, since=now)
        case Verb.PROMOTE:
            return replace(status, paused=False, full=status.full or command.full)
        case _:
            return status


def _answering(world: World, status: Status) -> Status:
    """A command counts once, whether it changed anything or not."""
    command = fresh_command(world)
    return replace(status, answered=command.id) if command else status


def _held(world: World, status: Status, now: float) -> bool:
    return overdue(replace(world, status=status), now)


def _actions(world: World, status: Status) -> tuple[Action, ...]:
    """Desired states of the phase. Capacity before traffic, in both directions."""
    spec = world.release.spec
    stable, canary = spec.stable.deployment, spec.canary.deployment
    target = planned(replace(world, status=status))
    by_weight = spec.traffic.gateway is not None
    match status.phase:
        case Phase.SCALING:
            return (Scale(canary, target.canary), *_never_more(world, status, target))
        case Phase.ROUTING | Phase.ANALYSING | Phase.AWAITING_APPROVAL | Phase.BAKING:
            route: Action = SetWeight(status.weight) if by_weight else Scale(stable, target.stable)
            return (Scale(canary, target.canary), route)
        case Phase.RETIRING:
            return (Scale(stable, 0),)
        case Phase.RESTORING:
            return (Scale(stable, _grown(world, status) if by_weight else status.size),)
        case Phase.ROLLING_BACK if by_weight:
            return (Scale(stable, _grown(world, status)), SetWeight(0))
        case Phase.ROLLING_BACK:
            return (Scale(stable, status.size), Scale(canary, 0))
        case Phase.DRAINING:
            return (Scale(canary, 0),)
        case _:
            return ()


def _never_more(world: World, status: Status, target: Capacity) -> tuple[Action, ...]:
    """A new version that comes in mid-run must not inherit the weight of the one before it."""
    route = world.route
    if route is None or route.weight <= target.weight:
        return ()
    by_weight = world.release.spec.traffic.gateway is not None
    return (SetWeight(status.weight) if by_weight else Scale(world.release.spec.stable.deployment, target.stable),)


def _news(world: World, actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Only what is not so already, of what is there: a Deployment that is missing is waited for, not scaled."""
    desired = {load.name: load.desired for load in (world.stable, world.canary) if load is not None}
    weight = world.route.weight if world.route else None

    def is_news(action: Action) -> bool:
        if isinstance(action, SetWeight):
            return action.weight != weight
        return desired.get(action.deployment, action.replicas) != action.replicas

    return tuple(filter(is_news, actions))
