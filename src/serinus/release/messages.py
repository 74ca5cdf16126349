"""Why the release stands where it stands, in a CamelCase reason and one sentence. In: World, the new status, the event.
Out: what conditions, events, the command line and the page all say.
"""

from __future__ import annotations

from msgspec.structs import replace

from serinus.judge.verdict import Verdict, VerdictOutcome
from serinus.release.durations import seconds
from serinus.release.events import min_time, planned, unmatched
from serinus.release.status import Phase, Status
from serinus.release.transitions import Event
from serinus.release.verbs import fresh_command
from serinus.release.world import Workload, World


def reason_and_message(world: World, status: Status, event: Event, verdict: Verdict) -> tuple[str, str]:
    """The reason (an enumerated word) and the sentence."""
    if event is Event.HARM_FOUND:
        return str(verdict.reason), verdict.sentence
    if event is Event.ABORTED and (command := fresh_command(world)):
        return "Aborted", f"Aborted by {command.by}: {command.reason}"
    if event is Event.REJECTED and world.canary:
        return "Rejected", f"Version {world.canary.version} was rejected before; it comes back only by retry."
    if event is Event.DEADLINE_EXCEEDED:
        return "DeadlineExceeded", f"Not decided in time, and onTimeout is rollBack. {verdict.sentence}"
    if event is Event.ROUTE_CONFIRMED:
        return "Analysing", f"The router has {status.weight} % in force; its traces are awaited."
    if missing := _missing(world):
        return "DeploymentMissing", missing
    if unmatched(world):
        return "NothingToCompare", _unmatched(world)
    if status.paused:
        return "Paused", "Paused by a person; the weight stays, harm still rolls back."
    return _of_phase(world, status, verdict)


def _missing(world: World) -> str:
    spec = world.release.spec
    for workload, name in ((world.stable, spec.stable.deployment), (world.canary, spec.canary.deployment)):
        if workload is None:
            return f"Deployment {name!r} does not exist; the release waits for it."
    return ""


def _unmatched(world: World) -> str:
    """Before or after a run; after a promotion the owner has to exchange the roles."""
    spec, canary = world.release.spec, world.canary
    return (
        f"Version {canary.version if canary else ''} is not released: Deployment {spec.stable.deployment!r} has no "
        f"replicas to compare it with. Name the Deployment that serves as stable, and another one as canary."
    )


def _of_phase(world: World, status: Status, verdict: Verdict) -> tuple[str, str]:
    target = planned(replace(world, status=status))
    match status.phase:
        case Phase.SCALING:
            return "PodsNotReady", _waits(world.canary, target.canary, "canary")
        case Phase.ROUTING:
            seen = f"{world.route.weight:g} %" if world.route else "nothing"
            return "WeightNotApplied", f"The router reports {seen}, asked for {target.weight:g} %."
        case Phase.ANALYSING:
            return str(verdict.reason), verdict.sentence + _at_least(world, verdict)
        case Phase.AWAITING_APPROVAL:
            return "AwaitingApproval", f"Within margin at {status.weight} %; waits for a person's approval."
        case Phase.BAKING:
            return (
                "Baking",
                f"All traffic is on the canary; stable stays {world.release.spec.bake} longer.",
            )
        case Phase.RETIRING:
            return "Retiring", "Stable's pods are drained."
        case Phase.PROMOTED:
            return "Promoted", f"Version {status.canary_version} serves all traffic."
        case Phase.RESTORING:
            return _keep(status) or ("Restoring", _waits(world.stable, status.size, "stable"))
        case Phase.IDLE:
            return "Idle", "No new version to release."
        case _:
            return _keep(status) or ("RollingBack", "All traffic goes back to stable.")


def _at_least(world: World, verdict: Verdict) -> str:
    """Why a step whose evidence is enough goes on; "" for others."""
    least = min_time(world)
    goes_on = verdict.outcome is VerdictOutcome.PASS and seconds(least, "spec.steps.minTime") > 0
    return f" The step lasts {least} at least." if goes_on else ""


def _keep(status: Status) -> tuple[str, str] | None:
    """While rolling back, and after it, the cause stays in view."""
    return (status.reason, status.message) if status.reason else None


def _waits(workload: Workload | None, wanted: int, role: str) -> str:
    ready = workload.ready if workload else 0
    more = f" {workload.message}" if workload and workload.message else ""
    return f"{ready} of {wanted} {role} pods are ready.{more}"
