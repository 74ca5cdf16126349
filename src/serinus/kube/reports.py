"""What a pass writes beside its actions. In: world, plan, what was found. Out: status, CanaryRun and Event as JSON.
An Event's name follows from the transition, so that a repeated pass makes no second one.
"""

from __future__ import annotations

import hashlib
from typing import Final

from serinus.judge.verdict import Split, Verdict
from serinus.kube.conditions import timestamp
from serinus.kube.documents import run_fields, status_fields
from serinus.kube.kinds import FIELD_MANAGER, RELEASE, RELEASE_LABEL, Json
from serinus.kube.objects import run_name
from serinus.release.plan import Plan
from serinus.release.run import Run
from serinus.release.spec import CanaryRelease
from serinus.release.status import Phase, Status
from serinus.release.world import World

_WARNINGS: Final = (Phase.RESTORING, Phase.ROLLING_BACK, Phase.ROLLED_BACK)


def status(world: World, plan: Plan, conditions: list[Json], generation: int) -> Json:
    """`.status` of the release, whole."""
    now = plan.status
    shown = {
        "applied": world.route.weight if world.route else None,
        "runName": run_name(world.release.metadata.name, now.run) if now.run else "",
        "observedGeneration": generation,
        "conditions": conditions,
    }
    told = status_fields(now) | columns(world.release, now, plan.run)
    return told | {key: value for key, value in shown.items() if value is not None}


def columns(release: CanaryRelease, status: Status, run: Run) -> Json:
    """What of `.status` is written for the columns that kubectl prints."""
    return {
        "progress": f"{status.step + 1}/{len(release.spec.steps)}" if status.run else "",
        "measured": measured(run.steps[-1].measured if run.steps else None),
        "verdict": str(run.verdict.outcome) if run.verdict and status.run else "",
    }


def measured(split: Split | None) -> str:
    """`24.8 % (21.0–29.0)`, "" when nothing was measured."""
    return f"{100 * split.share:.1f} % ({100 * split.low:.1f}–{100 * split.high:.1f})" if split else ""


def record(world: World, run: Run) -> Json:
    """The CanaryRun of a run, but for its name."""
    release = world.release.metadata.name
    return {
        "metadata": {"labels": {RELEASE_LABEL: release}},
        "spec": {"release": release, "number": run.number},
        "status": run_fields(run),
    }


def transition(before: Status, plan: Plan) -> bool:
    """Whether something happened that people should be told once."""
    after = plan.status
    told = (after.phase, after.run, after.step, after.paused, after.held)
    return told != (before.phase, before.run, before.step, before.paused, before.held)


def event(world: World, plan: Plan, uid: str, now: float) -> Json:
    """The Event that tells of the transition from what was seen to the plan."""
    metadata, status, verdict = world.release.metadata, plan.status, plan.run.verdict
    key = f"{status.run} {status.phase} {status.step} {status.since} {status.paused} {status.held}"
    digest = hashlib.sha256(key.encode()).hexdigest()[:10]
    at = timestamp(now)
    return {
        "metadata": {"name": f"{metadata.name}.{uid[:8]}.{digest}", "namespace": metadata.namespace},
        "involvedObject": {
            "apiVersion": RELEASE.api_version,
            "kind": RELEASE.name,
            "name": metadata.name,
            "namespace": metadata.namespace,
            "uid": uid,
        },
        "type": "Warning" if status.phase in _WARNINGS or status.held else "Normal",
        "reason": _event_reason(status),
        "message": _sentence(status, verdict)[:1000],
        "source": {"component": FIELD_MANAGER},
        "reportingComponent": FIELD_MANAGER,
        "firstTimestamp": at,
        "lastTimestamp": at,
        "count": 1,
    }


def _event_reason(status: Status) -> str:
    if status.paused:
        return "Paused"
    return "Held" if status.held else str(status.phase)


def _sentence(status: Status, verdict: Verdict | None) -> str:
    examples = f" Traces: {', '.join(verdict.examples[:3])}." if verdict and verdict.examples else ""
    return f"{status.message}{examples if status.phase in _WARNINGS else ''}"
