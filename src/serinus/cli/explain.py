"""`serinus explain`: why a release stands where it stands. In: a release as it stands. Out: text or a document,
with the same sentence as everywhere else.
"""

from __future__ import annotations

import io

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from serinus.cli.options import Format
from serinus.cli.progress import SIGNS, phase, weights
from serinus.cli.shown import written
from serinus.cli.source import Standing, whole
from serinus.judge.sentences import seen_up_to
from serinus.judge.verdict import Check, Verdict
from serinus.release.run import Run
from serinus.release.status import Status


def explained(standing: Standing, output: Format) -> str:
    """What is known about the release; `wide` is `text`, which leaves nothing out."""
    if output in (Format.TEXT, Format.WIDE):
        return _printed(_drawn(standing.seen.status, standing.seen.run))
    return written(whole(standing), output)


def _printed(content: RenderableType) -> str:
    text = io.StringIO()
    Console(file=text, width=140).print(content)
    return text.getvalue().rstrip()


def _drawn(status: Status, run: Run) -> Group:
    head = Text(f"{phase(status)}  {status.stable_version} → {status.canary_version}  run {status.run}", style="bold")
    parts: list[RenderableType] = [head, Text(f"{status.reason}: {status.message}")]
    parts.extend(Text(f"  {step.weight:>3} %  {weights(step)}") for step in run.steps)
    if run.verdict:
        parts.append(_checks(run.verdict))
        parts.extend(Text(f"  {line}") for line in (seen_up_to(run.verdict),) if line)
        parts.extend(Text(f"  serinus traces {trace}") for trace in run.verdict.examples[:3])
    return Group(*parts)


def _checks(verdict: Verdict) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for name in (
        "CHECK",
        "STABLE",
        "CANARY",
        "DIFFERENCE",
        "LIMIT",
        "EVIDENCE AGAINST",
        "FOR",
        "VERDICT",
        "STILL NEEDED",
    ):
        table.add_column(name)
    for check in verdict.checks:
        table.add_row(*_row(check))
    return table


def _row(check: Check) -> tuple[str, ...]:
    sign, _ = SIGNS[check.outcome]
    seen = check.difference
    return (
        f"{check.name} {check.stratum}",
        f"{check.stable.value:.2%} of {check.stable.requests:,}",
        f"{check.canary.value:.2%} of {check.canary.requests:,}",
        f"{100 * seen.estimate:+.2f} pp ({100 * seen.low:+.2f} … {100 * seen.high:+.2f})",
        f"{check.limit:.2%}",
        f"{check.e_fail:.3g}",
        f"{check.e_pass:.3g}",
        f"{sign} {check.outcome}",
        f"≈ {check.needed:,} canary requests" if check.needed else "",
    )
