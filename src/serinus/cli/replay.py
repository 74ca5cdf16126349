"""`serinus replay`: the judge over recorded evidence. In: NDJSON observations and a policy, or a run and its log.
Out: what it says at each tick and in the end; JSON for programs. Of observations nothing is said before all are read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from serinus.cli.options import (
    ContextOption,
    KubeconfigOption,
    NamespaceOption,
    Output,
    OutputOption,
    StateOption,
    Where,
)
from serinus.cli.ticks import closing, tick_line
from serinus.errors import InvalidInput

if TYPE_CHECKING:
    from serinus.judge.policy import Policy
    from serinus.judge.replay import Tick

DEALS = 200
SEED = 1
DIFFERS = 3


def replay(
    observations: Annotated[
        list[Path] | None, typer.Option(help="NDJSON, in time order; several files are read one after the other")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="YAML: the analysis block of a CanaryRelease")] = None,
    run: Annotated[
        str | None,
        typer.Option(
            help="a run again: its record's file, or by name, notification or notification-2, of a demo or a cluster"
        ),
    ] = None,
    log: Annotated[
        list[Path] | None,
        typer.Option(
            help="with --run: its log of evidence; default: beside the record; a cluster's is saved from the console"
        ),
    ] = None,
    state: StateOption = None,
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    aa: Annotated[bool, typer.Option("--aa", help="how often stable against itself would be condemned")] = False,
    deals: Annotated[int, typer.Option(min=1, max=100_000, help="with --aa: how often to deal anew")] = DEALS,
    output: OutputOption = Output.TEXT,
) -> None:
    """Run the judge over recorded evidence: verdict by verdict, or a whole run again.

    Exit code 3: the run's verdicts are not found again to the digit; the first look that differs is named.
    """
    if observations is None and run is None:
        raise InvalidInput("--observations", "must be given, or --run")
    if observations is not None and run is not None:
        raise InvalidInput("--observations", "cannot be given together with --run", run)
    limits = policy_of(policy)
    if run is not None:
        from serinus.cli.reproduction import recorded, reproduced

        where = Where(state, namespace, context, kubeconfig)
        if not reproduced(recorded(run, log or [], where), limits if policy else None, output, typer.echo):
            raise typer.Exit(DIFFERS)
        return
    ticks = judged(observations or [], limits)
    if aa:
        typer.echo(_told(by_permutation(ticks, limits, deals), output))
        return
    for line in lines(ticks, output):
        typer.echo(line)


def policy_of(path: Path | None) -> Policy:
    """The analysis block of a file, or the default. InvalidInput names the field."""
    import msgspec
    import yaml

    from serinus.release.spec import Analysis

    if path is None:
        return Analysis().policy()
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return msgspec.convert(document.get("analysis", document), Analysis).policy()
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, msgspec.ValidationError) as error:
        raise InvalidInput("--policy", f"must be the analysis block of a CanaryRelease ({error})", str(path)) from error


def judged(paths: list[Path], policy: Policy) -> list[Tick]:
    """All ticks. InvalidInput names the line that cannot be taken; then nothing is judged."""
    from serinus.judge.recorded import read
    from serinus.judge.replay import replay as ticks_of

    stream = read(_lines(paths))
    ticks = list(ticks_of(stream, policy))
    for _ in stream:  # what follows the harm must be readable too
        pass
    if not ticks:
        raise InvalidInput("--observations", "must hold at least one line", ", ".join(map(str, paths)))
    return ticks


def _lines(paths: list[Path]) -> Iterator[bytes]:
    for path in paths:
        if str(path) == "-":
            yield from sys.stdin.buffer
            continue
        try:
            with path.open("rb") as file:
                yield from file
        except OSError as error:
            raise InvalidInput("--observations", f"must be readable ({error.strerror})", str(path)) from error


def lines(ticks: list[Tick], output: Output) -> Iterator[str]:
    """A line a tick, the outcome last; for people only where the sentence changed."""
    said = ""
    for tick in ticks:
        if output is Output.JSON or tick.verdict.sentence != said:
            yield tick_line(tick.t, tick.verdict, ticks[0].t, output)
        said = tick.verdict.sentence
    yield _told({"final": final(ticks)}, output)


def final(ticks: list[Tick]) -> dict[str, Any]:
    """What the last tick came to."""
    last = ticks[-1]
    return {
        "verdict": str(last.verdict.outcome),
        "t": last.t,
        "requests": last.requests,
        "canary_requests": last.canary_requests,
        "reason": last.verdict.sentence,
    }


def by_permutation(ticks: list[Tick], policy: Policy, deals: int) -> dict[str, Any]:
    """The share of deals of stable's own requests in which this policy finds harm, with its interval."""
    import numpy as np

    from serinus.judge.confidence import share_interval
    from serinus.judge.permuted import false_alarms
    from serinus.judge.replay import blocks_of

    found = false_alarms(list(blocks_of(ticks)), policy, deals, np.random.default_rng(SEED))
    share = share_interval(found, deals, 0.05)
    return {
        "aa": {
            "deals": deals,
            "falseAlarms": found,
            "share": found / deals,
            "low": share.low,
            "high": share.high,
            "promised": policy.false_alarm,
        }
    }


def _told(answer: dict[str, Any], output: Output) -> str:
    import json

    if output is Output.JSON:
        return json.dumps(answer, ensure_ascii=False)
    match answer:
        case {"final": last}:
            return closing(last)
        case {"aa": seen}:
            return (
                f"Stable against itself: harm found in {seen['falseAlarms']:,} of {seen['deals']:,} deals, "
                f"{seen['share']:.2%} ({seen['low']:.2%} … {seen['high']:.2%}); promised: at most "
                f"{seen['promised']:.2%}."
            )
    return str(answer)
