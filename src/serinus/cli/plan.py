"""`serinus plan`: what a release will be able to find out. In: a CanaryRelease, the traffic to expect. Out: per step
how long it takes and what harm it finds, X-Ray's price, and warnings; exit code 1 where the traffic is too thin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from serinus.cli.options import Output, OutputOption
from serinus.errors import InvalidInput

if TYPE_CHECKING:
    from serinus.judge.planning import ReleasePlan
    from serinus.release.spec import CanaryRelease


def plan(
    file: Annotated[str, typer.Option("--file", "-f", help="YAML that holds a CanaryRelease; - standard input")],
    rps: Annotated[float, typer.Option(help="requests a second to both versions together, as far as they are traced")],
    fault_rate: Annotated[float, typer.Option(help="stable's usual share of faults, 0.001 for 0.1 %")] = 0.001,
    p50: Annotated[float, typer.Option(help="stable's usual latency in the middle, seconds")] = 0.1,
    p99: Annotated[float, typer.Option(help="and of the slowest in a hundred")] = 0.3,
    output: OutputOption = Output.TEXT,
) -> None:
    """Tell before a run how long its steps take and what harm they find.

    Exit code 0: the traffic is enough; 1: it is too thin for a step, and the warnings say for which; 2: the file holds
    no CanaryRelease that can be taken.
    """
    import msgspec

    from serinus.judge.planning import Traffic
    from serinus.judge.planning import plan as planned
    from serinus.release.durations import seconds

    spec = release_of(file).spec
    found = planned(
        [step.weight for step in spec.steps],
        spec.analysis.policy(),
        Traffic(rps, fault_rate, p50, p99),
        seconds(spec.analysis.max_time, "spec.analysis.maxTime"),
        [seconds(step.min_time, "spec.steps.minTime") for step in spec.steps],
    )
    typer.echo(msgspec.json.encode(found).decode() if output is Output.JSON else text(found))
    if found.warnings:
        raise typer.Exit(1)


def release_of(file: str) -> CanaryRelease:
    """The first CanaryRelease in the file. InvalidInput when there is none."""
    import yaml

    from serinus.cli.manifests import objects, text_of
    from serinus.release.spec import parse_release

    try:
        found = next((one for one in objects(text_of(file)) if one.get("kind") == "CanaryRelease"), None)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput("--file", f"must be readable YAML ({error})", file) from error
    if found is None:
        raise InvalidInput("--file", "must hold a CanaryRelease", file)
    return parse_release(found)


def text(found: ReleasePlan) -> str:
    """A line a step, then the sum."""
    shares = [harm.share for harm in found.steps[0].harm] if found.steps else []
    head = "".join(f"{f'finds {share:.3g}' if share == 1 else f'finds {100 * share:.3g} %':>16}" for share in shares)
    rows = [f"{'weight':>7}{'passes in':>14}{'canary requests':>18}{head}"]
    for step in found.steps:
        cells = "".join(f"{lasting(harm.seconds):>16}" for harm in step.harm)
        needed = "never" if step.canary_requests is None else f"{step.canary_requests:,}"
        rows.append(f"{step.weight:>5} %{lasting(step.passes_s):>14}{needed:>18}{cells}")
    if found.total_s is not None and found.traces is not None and found.dollars is not None:
        rows.append(
            f"\nAn equally good canary is through in ≈ {lasting(found.total_s)}. "
            f"{found.traces:,} traces: ≈ ${found.dollars:,.2f} at AWS for recording and reading them once."
        )
    return "\n".join([*rows, *(f"⚠ {warning}" for warning in found.warnings)])


def lasting(seconds: float | None) -> str:
    """42 s, 7 min, 3.5 h, – for never."""
    if seconds is None:
        return "–"
    if seconds < 120:
        return f"{max(1.0, seconds):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
