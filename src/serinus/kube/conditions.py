"""The six conditions of a release. In: the world, the plan, what the router reports, the conditions so far, now.
Out: conditions as Kubernetes holds them; the time of a condition is that of its last change of status.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from serinus.judge.verdict import Reason
from serinus.kube.kinds import Json
from serinus.kube.routing import Sighting
from serinus.release.events import unmatched
from serinus.release.plan import Plan
from serinus.release.status import Phase
from serinus.release.telemetry import NOTHING_KNOWN, Telemetry
from serinus.release.transitions import AT_REST, IN_RUN
from serinus.release.world import World

TRUE, FALSE, UNKNOWN = "True", "False", "Unknown"
_BLIND: Final = (Reason.TELEMETRY_GAP,)


class Condition(Struct, frozen=True):
    """One of them, without its time."""

    type: str
    status: str
    reason: str
    message: str


def conditions(
    world: World, plan: Plan, sighting: Sighting, refused: str = "", telemetry: Telemetry = NOTHING_KNOWN
) -> tuple[Condition, ...]:
    """All six. `refused`: what is wrong with the command, "" when nothing is."""
    return (
        _ready(world, plan, sighting, refused),
        _progressing(plan),
        _telemetry(plan, telemetry),
        _split(plan, sighting),
        _promoted(plan),
        _finished(plan),
    )


def refusal(reason: str, message: str) -> tuple[Condition, ...]:
    """Of a release that is not acted on."""
    return (Condition("Ready", FALSE, reason, message), Condition("Progressing", FALSE, reason, message))


def dated(new: tuple[Condition, ...], before: list[Json], generation: int, now: float) -> list[Json]:
    """As Kubernetes holds them. `now` in epoch s."""
    known = {each["type"]: each for each in before}
    return [_dated(each, known.get(each.type), generation, now) for each in new]


def _dated(condition: Condition, before: Json | None, generation: int, now: float) -> Json:
    same = before is not None and before["status"] == condition.status
    since = before["lastTransitionTime"] if before and same else timestamp(now)
    return {
        "type": condition.type,
        "status": condition.status,
        "reason": condition.reason,
        "message": condition.message,
        "observedGeneration": generation,
        "lastTransitionTime": since,
    }


def timestamp(now: float) -> str:
    """RFC 3339, whole seconds, as Kubernetes writes times."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ready(world: World, plan: Plan, sighting: Sighting, refused: str) -> Condition:
    if world.stable is None or world.canary is None:
        return Condition("Ready", FALSE, "DeploymentMissing", plan.status.message)
    if unmatched(world):
        return Condition("Ready", FALSE, "NothingToCompare", plan.status.message)
    if world.stable.service == world.canary.service:
        fix = "give each Deployment an AWS_XRAY_TRACING_NAME of its own."
        return Condition(
            "Ready", FALSE, "SameServiceName", f"Both versions are {world.stable.service!r} in X-Ray: {fix}"
        )
    if sighting.route is None:
        return Condition("Ready", FALSE, "RouteNotReady", sighting.message)
    if refused:
        return Condition("Ready", TRUE, "CommandRefused", refused)
    return Condition("Ready", TRUE, "Watching", sighting.message or "Deployments and route are there.")


def _progressing(plan: Plan) -> Condition:
    status = plan.status
    moves = status.phase not in AT_REST and not status.paused and not status.held
    reason = "Held" if status.held else status.reason
    return Condition("Progressing", TRUE if moves else FALSE, reason or "Idle", status.message)


def _telemetry(plan: Plan, telemetry: Telemetry) -> Condition:
    """What hinders most comes first. A sampling rule that X-Ray refuses makes nobody blind: the status stays."""
    verdict = plan.run.verdict if plan.status.phase in IN_RUN else None
    if hindered := telemetry.hindered:
        return Condition("TelemetryHealthy", FALSE, hindered.reason, hindered.message)
    if verdict and verdict.reason in _BLIND:
        return Condition("TelemetryHealthy", FALSE, str(verdict.reason), verdict.sentence)
    status = TRUE if verdict or telemetry.fit else UNKNOWN
    if refused := telemetry.sampling:
        return Condition("TelemetryHealthy", status, refused.reason, refused.message)
    if verdict:
        return Condition("TelemetryHealthy", status, str(verdict.reason), verdict.sentence)
    if telemetry.fit:
        return Condition("TelemetryHealthy", status, "PreflightPassed", telemetry.fit)
    return Condition("TelemetryHealthy", status, "NoRun", "Traces are read during a run.")


def _split(plan: Plan, sighting: Sighting) -> Condition:
    verdict = plan.run.verdict
    split = verdict.split if verdict else None
    if plan.status.phase not in IN_RUN or split is None or split.agrees is None:
        return Condition("TrafficSplitVerified", UNKNOWN, "NotMeasured", sighting.message or "Not measured yet.")
    measured = f"{split.share:.1%} of {split.requests} requests reached the canary, {split.desired:.1%} were asked for."
    agrees = "SplitAgrees" if split.agrees else "SplitMismatch"
    return Condition("TrafficSplitVerified", TRUE if split.agrees else FALSE, agrees, measured)


def _promoted(plan: Plan) -> Condition:
    done = plan.status.phase is Phase.PROMOTED
    return Condition("Promoted", TRUE if done else FALSE, str(plan.status.phase), plan.status.message)


def _finished(plan: Plan) -> Condition:
    done = plan.status.phase in (Phase.PROMOTED, Phase.ROLLED_BACK)
    return Condition("Finished", TRUE if done else FALSE, str(plan.status.phase), plan.status.message)
