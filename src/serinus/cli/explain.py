"""`serinus explain`: why a release stands where it stands. In: a release as it stands. Out: text or a document,
with the same sentence as everywhere else.
"""

from __future__ import annotations

import io
import shutil
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from serinus.cli import comparisons
from serinus.cli.options import Format
from serinus.cli.progress import phase, weights
from serinus.cli.shown import written
from serinus.cli.source import Standing, whole
from serinus.judge.sentences import seen_up_to
from serinus.judge.verdict import Check, Verdict
from serinus.release.run import Run
from serinus.release.status import Status

WIDE: Final = 140


def explained(standing: Standing, output: Format) -> str:
    """What is known about the release; `wide` is `text`, which leaves nothing out."""
    if output in (Format.TEXT, Format.WIDE):
        return _printed(_drawn(standing.seen.status, standing.seen.run))
    return written(whole(standing), output)


def _printed(content: RenderableType) -> str:
    text, width = io.StringIO(), shutil.get_terminal_size((WIDE, 0)).columns
    Console(file=text, width=width).print(content)
    return text.getvalue().rstrip()


def _drawn(status: Status, run: Run) -> Group:
    head = Text(f"{phase(status)}  {status.stable_version} → {status.canary_version}  run {status.run}", style="bold")
    parts: list[RenderableType] = [head, Text(f"{status.reason}: {status.message}")]
    parts.extend(Text(f"  {step.weight:>3} %  {weights(step)}") for step in run.steps)
    if run.verdict:
        if run.verdict.sentence not in status.message:
            parts.append(Text(f"{run.verdict.reason}: {run.verdict.sentence}"))
        parts.extend(Padding(_check(check, run.verdict), (0, 0, 0, 2)) for check in run.verdict.checks)
        parts.extend(Text(f"  {line}") for line in (seen_up_to(run.verdict),) if line)
        parts.extend(Text(f"  serinus traces {trace}") for trace in run.verdict.examples[:3])
    return Group(*parts)


def _check(check: Check, verdict: Verdict) -> Text:
    stable, canary = check.stable, check.canary
    shares = f"{stable.value:.2%} of {stable.requests:,} → {canary.value:.2%} of {canary.requests:,}"
    return Text.assemble(
        comparisons.word(check, verdict),
        f"  {comparisons.name(check)} {check.stratum or comparisons.ALL}\n  ",
        _joined(shares, comparisons.quantiles(check), comparisons.difference(check), comparisons.limit(check)),
        "\n  evidence of harm ",
        _joined(comparisons.against(check), _needed(check)),
    )


def _needed(check: Check) -> str:
    return f"≈ {check.needed:,} more canary requests to pass" if check.needed else ""


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))
