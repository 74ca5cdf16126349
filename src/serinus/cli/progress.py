"""A release while it goes on. In: one snapshot of everything a person wants to know. Out: the live panel,
and, where there is no terminal, one line per change.
"""

from __future__ import annotations

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from serinus.judge.verdict import Check, Verdict, VerdictOutcome
from serinus.release.run import Run, StepRecord
from serinus.release.spec import CanaryRelease
from serinus.release.status import Phase, Status

SIGNS = {
    VerdictOutcome.PASS: ("✔", "green"),
    VerdictOutcome.FAIL: ("✖", "red"),
    VerdictOutcome.INSUFFICIENT: ("◔", "magenta"),
    VerdictOutcome.ERROR: ("⊘", "yellow"),
}


class Pods(Struct, frozen=True):
    """One version's replicas."""

    ready: int = 0
    desired: int = 0


class Tally(Struct, frozen=True):
    """Counted from outside: requests through the entry, mails asked for and arrived, per release that sent them."""

    requests: int = 0
    failed: int = 0
    created: int = 0
    delivered: int = 0
    delivered_by: dict[str, int] = {}


class Snapshot(Struct, frozen=True):
    """`elapsed` in seconds since the start."""

    release: CanaryRelease
    status: Status
    run: Run
    stable: Pods
    canary: Pods
    tally: Tally
    elapsed: float


def panel(seen: Snapshot) -> RenderableType:
    """The live view."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for label, content in (
        ("steps", _steps(seen)),
        ("weight", Text(weights(seen.run.steps[-1]) if seen.run.steps else "all traffic on stable")),
        ("versions", _versions(seen)),
        ("verdict", _verdict(seen)),
        ("requests", Text(f"{seen.tally.requests:,} through the entry, {seen.tally.failed:,} failed")),
        ("mail", Text(_mail(seen.tally))),
    ):
        table.add_row(label, content)
    status = seen.status
    title = f"{seen.release.metadata.name}  {status.stable_version} → {status.canary_version}  run {status.run}"
    subtitle = f"{phase(status)} · {seen.elapsed:.0f} s"
    return Panel(table, title=title if status.run else seen.release.metadata.name, subtitle=subtitle, padding=(1, 2))


def phase(status: Status) -> str:
    """The phase in a person's eyes: paused and held come before where it stands."""
    if status.paused:
        return f"Paused ({status.phase})"
    return f"Held ({status.phase})" if status.held else str(status.phase)


def change(before: Snapshot | None, after: Snapshot) -> str | None:
    """One line when the phase, step or reason changed; None when there is no news."""
    status = after.status
    if before is not None and _stand(before.status) == _stand(status):
        return None
    step = f"step {status.step + 1}/{len(after.release.spec.steps)}  {status.weight:>3} %" if status.run else ""
    return f"{after.elapsed:6.1f} s  {phase(status):<12} {step}  {status.reason}: {status.message}"


def _stand(status: Status) -> tuple[object, ...]:
    return (status.phase, status.step, status.reason, status.paused, status.held)


def weights(step: StepRecord) -> str:
    """Desired, applied and measured weight of a step in one line."""
    said = [f"desired {step.weight} %", "applied …" if step.applied is None else f"applied {step.applied:.0f} %"]
    if step.measured is not None:
        seen = step.measured
        said.append(
            f"measured {seen.share:.1%} ({seen.low:.1%} … {seen.high:.1%}) of {seen.requests:,} traced requests"
            + ("" if seen.agrees is not False else "  ✖ does not agree")
        )
    if step.routed is not None and (total := step.routed.stable + step.routed.canary):
        said.append(f"router {step.routed.canary / total:.1%} of {total:,}")
    return "   ".join(said)


def _steps(seen: Snapshot) -> Text:
    line = Text()
    for index, step in enumerate(seen.release.spec.steps):
        sign, style = _mark(seen.status, index)
        line.append("──" if index else "")
        line.append(f"{sign} {step.weight} %", style=style)
    return line


def _mark(status: Status, index: int) -> tuple[str, str]:
    """✔ passed, ✖ ended here, ◉ here now, ○ to come."""
    if not status.run or index > status.step:
        return "○", "dim"
    if index < status.step or status.phase is Phase.PROMOTED:
        return "✔", "green"
    return ("✖", "bold red") if status.weight == 0 else ("◉", "bold")


def _versions(seen: Snapshot) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for name in ("", "replicas", "requests", "faults"):
        table.add_column(name, justify="left" if not name else "right")
    check = faults_of(seen.run.verdict)
    for role, version, pods, share in (
        ("stable", seen.status.stable_version, seen.stable, check and check.stable),
        ("canary", seen.status.canary_version, seen.canary, check and check.canary),
    ):
        counted = (f"{share.requests:,}", f"{share.events:,} ({share.value:.2%})") if share else ("", "")
        table.add_row(f"{role} {version}", f"{pods.ready}/{pods.desired}", *counted)
    return table


def faults_of(verdict: Verdict | None) -> Check | None:
    """The check on faults over all endpoints: the first one the verdict holds."""
    return next((check for check in verdict.checks if check.name == "faults"), None) if verdict else None


def _verdict(seen: Snapshot) -> RenderableType:
    verdict = seen.run.verdict
    if verdict is None:
        return Text("…")
    sign, colour = SIGNS[verdict.outcome]
    said = Text.assemble((f"{sign} {verdict.outcome}  ", colour), verdict.sentence)
    if seen.status.message and seen.status.message != verdict.sentence:
        return Group(said, Text(f"{seen.status.reason}: {seen.status.message}", style="dim"))
    return said


def _mail(tally: Tally) -> str:
    by = ", ".join(f"{count} by {version}" for version, count in sorted(tally.delivered_by.items()))
    return f"{tally.created} created, {tally.delivered} delivered" + (f" ({by})" if by else "")
