"""What a release came to. In: the run's record and what was counted from outside. Out: the JSON document of
`serinus demo --output json`, and the closing lines a person reads.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct
from rich.console import Group, RenderableType
from rich.text import Text

from serinus.cli.progress import SIGNS, weights
from serinus.judge.verdict import Verdict
from serinus.release.run import Run, StepRecord


class Counted(Struct, frozen=True):
    """From outside the release: the load, the inbox, the X-Ray."""

    requests: int
    failed: int
    faults: int
    created: int
    delivered: int
    lost: int
    duplicates: int
    segments: int
    rejected: int
    delivered_by: dict[str, int] = {}
    statuses: dict[str, int] = {}


class Ending(Struct, frozen=True):
    """`outcome`: promoted, rolled back, aborted or held. `traces`: ids worth opening. Paths as text, `directory`
    the state's; `duration_s` from start to outcome.
    """

    outcome: str
    reason: str
    message: str
    run: Run
    counted: Counted
    traces: tuple[str, ...]
    duration_s: float
    directory: str
    store: str
    record: str


def document(ending: Ending) -> dict[str, Any]:
    """The ending as JSON's plain objects."""
    run, counted = ending.run, ending.counted
    return {
        "outcome": ending.outcome,
        "reason": ending.reason,
        "message": ending.message,
        "steps": [_step(step) for step in run.steps],
        "verdict": _verdict(run.verdict),
        "mail": {
            "created": counted.created,
            "delivered": counted.delivered,
            "lost": counted.lost,
            "duplicates": counted.duplicates,
            "by": counted.delivered_by,
        },
        "requests": {
            "total": counted.requests,
            "failed": counted.failed,
            "faults": counted.faults,
            "statuses": counted.statuses,
        },
        "traces": {"segments": counted.segments, "rejected": counted.rejected, "examples": list(ending.traces)},
        "duration_s": round(ending.duration_s, 1),
        "store": ending.store,
        "record": ending.record,
    }


def _step(step: StepRecord) -> dict[str, Any]:
    seen, routed = step.measured, step.routed
    total = routed.stable + routed.canary if routed else 0
    return {
        "weight": step.weight,
        "applied": step.applied,
        "measured": {
            "share": seen.share,
            "low": seen.low,
            "high": seen.high,
            "requests": seen.requests,
            "agrees": seen.agrees,
        }
        if seen
        else None,
        "routed": {"share": routed.canary / total if total else None, "requests": total} if routed else None,
    }


def _verdict(verdict: Verdict | None) -> dict[str, Any] | None:
    return msgspec.to_builtins(verdict) if verdict else None


def drawn(ending: Ending) -> RenderableType:
    """The closing lines: outcome first, then steps, mail and requests."""
    good = ending.outcome == "promoted"
    colour = "green" if good else "red" if ending.outcome == "rolled back" else "yellow"
    verdict = ending.run.verdict
    lines: list[RenderableType] = [
        Text.assemble(
            (f"{'✔' if good else '✖'} {ending.outcome}", f"bold {colour}"), f" after {ending.duration_s:.0f} s"
        ),
        Text(f"  {ending.message}"),
    ]
    if verdict and verdict.sentence != ending.message:
        sign, shade = SIGNS[verdict.outcome]
        lines.append(Text.assemble(("  " + sign + " ", shade), verdict.sentence))
    lines.extend(Text(f"  {step.weight:>3} %  {weights(step)}") for step in ending.run.steps)
    lines.append(Text(f"  {_counted(ending.counted)}"))
    return Group(*lines)


def _counted(counted: Counted) -> str:
    by = ", ".join(f"{count} by {version}" for version, count in sorted(counted.delivered_by.items()))
    by = f" ({by})" if by else ""
    return (
        f"requests {counted.requests:,}, failed {counted.failed:,} · faults answered {counted.faults:,} · "
        f"mails {counted.created:,} created, {counted.delivered:,} delivered{by}, {counted.lost} lost, "
        f"{counted.duplicates} duplicates · segments {counted.segments:,}, rejected {counted.rejected}"
    )
