"""What `kubectl get` prints of releases and runs. In: nothing. Out: printer columns; priority 1: with -o wide."""

from __future__ import annotations

from typing import Final

from serinus.kube.kinds import Json


def _column(name: str, path: str, kind: str = "string", *, wide: bool = False, says: str = "") -> Json:
    described = {"description": says} if says else {}
    return {"name": name, "type": kind, "jsonPath": path, "priority": int(wide), **described}


AGE: Final = _column("Age", ".metadata.creationTimestamp", "date")

RELEASE_COLUMNS: Final = [
    _column("Phase", ".status.phase", says="where the release stands"),
    _column("Step", ".status.progress", says="the step in force, of all steps"),
    _column("Weight", ".status.weight", "integer", says="percent asked for on the canary"),
    _column("Measured", ".status.measured", says="the canary's share of requests, from traces, with its interval"),
    _column("Verdict", ".status.verdict", says="pass, fail, insufficient or error"),
    AGE,
    _column("Reason", ".status.reason", wide=True),
    _column("Stable", ".status.stableVersion", wide=True),
    _column("Canary", ".status.canaryVersion", wide=True),
    _column("Message", ".status.message", wide=True),
]

RUN_COLUMNS: Final = [
    _column("Release", ".spec.release"),
    _column("Run", ".spec.number", "integer"),
    _column("Version", ".status.canaryVersion"),
    _column("Outcome", ".status.outcome", says="empty while the run goes on"),
    _column("Verdict", ".status.verdict.outcome"),
    AGE,
    _column("Why", ".status.verdict.sentence", wide=True),
]
