"""Releases as the page shows them. In: what was seen, the time. Out: rows, views, and who needs a person.
The sentences are the status's own: the same words as on the command line, in conditions and in events.
"""

from __future__ import annotations

from serinus.console.port import Seen
from serinus.console.wire import Act, ReleaseRow, ReleaseView, RunView
from serinus.judge.verdict import Reason, Verdict, VerdictOutcome
from serinus.release.run import Run
from serinus.release.status import Phase, Status
from serinus.release.transitions import AT_REST

STALE_S = 60.0
HELD_BY_OTHERS = (Reason.SHARED_HARM, Reason.SPLIT_MISMATCH, Reason.UNEQUAL_SAMPLING, Reason.TELEMETRY_GAP)


def row(seen: Seen, now: float) -> ReleaseRow:
    """One line of the list; `now` in epoch s."""
    status, run, verdict = seen.status, seen.run, seen.run.verdict
    needed = verdict.needed if verdict and awaited(status, verdict) else None
    return ReleaseRow(
        namespace=seen.release.metadata.namespace,
        name=seen.release.metadata.name,
        phase=str(status.phase),
        standing=standing(status),
        running=status.phase not in AT_REST,
        needs=needs(seen, now),
        run=status.run,
        step=status.step + 1 if status.run else 0,
        steps=len(seen.release.spec.steps),
        weight=status.weight,
        stable_version=status.stable_version,
        canary_version=status.canary_version,
        reason=status.reason,
        message=status.message,
        outcome=run.outcome,
        verdict=str(verdict.outcome) if verdict else "",
        measured=run.steps[-1].measured if run.steps else None,
        needed=needed,
        left_s=left(status, verdict),
        complete_to=verdict.complete_to if verdict else 0.0,
        since=status.since,
        started=run.started,
        ended=run.ended,
    )


def standing(status: Status) -> str:
    """The phase in a person's eyes: paused and held come before where it stands."""
    if status.paused:
        return f"Paused ({status.phase})"
    return f"Held ({status.phase})" if status.held else str(status.phase)


def needs(seen: Seen, now: float) -> str:
    """Why a person should look; "" when nobody needs to."""
    status, verdict = seen.status, seen.run.verdict
    if status.phase is Phase.AWAITING_APPROVAL:
        return "waits for approval"
    if status.paused:
        return "paused by a person"
    if status.held:
        return "undecided past its deadline"
    if status.phase is not Phase.ANALYSING or verdict is None:
        return ""
    if verdict.outcome is VerdictOutcome.ERROR:
        return "the traces cannot be read"
    if verdict.split and verdict.split.agrees is False:
        return "the split is not as asked"
    late = now - max(verdict.complete_to, status.judged_since) > STALE_S
    return "the traces have stopped coming" if late else ""


def awaited(status: Status, verdict: Verdict) -> bool:
    """Whether more requests alone let the step go on: not where a person or something else holds it."""
    return not status.paused and not status.held and verdict.reason not in HELD_BY_OTHERS


def left(status: Status, verdict: Verdict | None) -> float | None:
    """Seconds until the step can be decided, at the rate of canary requests seen in it."""
    if verdict is None or not verdict.needed or verdict.split is None or status.phase is not Phase.ANALYSING:
        return None
    if not awaited(status, verdict):
        return None
    spent, seen = verdict.complete_to - status.judged_since, verdict.split.share * verdict.split.requests
    return verdict.needed * spent / seen if spent > 0 and seen > 0 else None


def run_view(run: Run, *, brief: bool = False) -> RunView | None:
    """The record as it goes over the wire; None before the first run. `brief`: one of many."""
    if not run.number:
        return None
    return RunView(
        number=run.number,
        stable_version=run.stable_version,
        canary_version=run.canary_version,
        started=run.started,
        ended=run.ended,
        outcome=run.outcome,
        weights=run.weights,
        steps=run.steps,
        verdict=run.verdict,
        timeline=run.timeline,
        kept=tuple(str(example.get("Id", "")) for example in run.examples),
        found_at=run.evidence.found_at,
        points=() if brief else run.points,
    )


def view(seen: Seen, acts: tuple[Act, ...], now: float) -> ReleaseView:
    """Everything about a release but its traces."""
    return ReleaseView(
        row=row(seen, now),
        release=seen.release,
        stable=seen.stable,
        canary=seen.canary,
        run=run_view(seen.run),
        acts=acts,
    )
