"""`serinus replay`: the judge over recorded evidence. In: NDJSON observations and a policy, or a run's record.
Out: what it says at each tick and in the end; JSON for programs. Nothing is printed before all lines are read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from serinus.cli.options import Output, OutputOption
from serinus.errors import InvalidInput, RecordError

if TYPE_CHECKING:
    from serinus.judge.policy import Policy
    from serinus.judge.replay import Tick
    from serinus.judge.verdict import Verdict

DEALS = 200
SEED = 1


def replay(
    observations: Annotated[
        list[Path] | None, typer.Option(help="NDJSON, in time order; several files are read one after the other")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="YAML: the analysis block of a CanaryRelease")] = None,
    run: Annotated[Path | None, typer.Option(help="a run's record, to reproduce its verdict")] = None,
    blocks: Annotated[
        Path | None, typer.Option(help="with --run: the log of what the judge was given, one pass a line")
    ] = None,
    aa: Annotated[bool, typer.Option("--aa", help="how often stable against itself would be condemned")] = False,
    deals: Annotated[int, typer.Option(min=1, max=100_000, help="with --aa: how often to deal anew")] = DEALS,
    output: OutputOption = Output.TEXT,
) -> None:
    """Run the judge over recorded evidence: verdict by verdict, or a whole run again."""
    if (observations is None) == (run is None):
        raise InvalidInput("--observations", "must be given, or --run, and not both", str(observations or run))
    limits = policy_of(policy)
    if run is not None:
        typer.echo(_told(reproduced(run, blocks, limits if policy else None), output))
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
    import json

    import msgspec

    said = ""
    for tick in ticks:
        if output is Output.JSON:
            verdict = msgspec.to_builtins(tick.verdict)
            shown = {key: verdict[key] for key in ("e_total", "reason", "sentence", "needed", "checks", "split")}
            yield json.dumps({"t": tick.t, "verdict": verdict["outcome"], **shown}, ensure_ascii=False)
        elif tick.verdict.sentence != said:
            said = tick.verdict.sentence
            yield f"{tick.t - ticks[0].t:8.1f} s  {tick.verdict.outcome:<12}  {said}"
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


def reproduced(path: Path, log: Path | None, policy: Policy | None) -> dict[str, Any]:
    """The record's verdict beside the one found again: from the log of blocks, else from the record's own evidence."""
    import msgspec

    from serinus.judge.decide import decide
    from serinus.release.run import Run
    from serinus.release.spec import Analysis

    record = _decoded(path, Run)
    if record.verdict is None or record.evidence.stage is None:
        raise InvalidInput("--run", "must be the record of a run that was judged", str(path))
    limits = policy or Analysis().policy()
    if log is None:
        again: Verdict | None = decide(record.evidence, limits, record.evidence.stage.weight)
    else:
        again = _from_log(log, limits)
    return {
        "reproduced": again == record.verdict,
        "from": "blocks" if log else "checkpoint",
        "recorded": msgspec.to_builtins(record.verdict),
        "again": msgspec.to_builtins(again),
    }


def _from_log(path: Path, policy: Policy) -> Verdict | None:
    import msgspec

    from serinus.judge.replay import Pass, again

    decoder = msgspec.json.Decoder(Pass)
    try:
        with path.open("rb") as file:
            return again((decoder.decode(line) for line in file if line.strip()), policy)
    except (OSError, msgspec.DecodeError) as error:
        raise RecordError(f"{path}: {error}") from error


def _decoded(path: Path, of: Any) -> Any:
    import msgspec

    try:
        return msgspec.json.decode(path.read_bytes(), type=of)
    except (OSError, msgspec.DecodeError) as error:
        raise RecordError(f"{path}: {error}") from error


def _told(answer: dict[str, Any], output: Output) -> str:
    import json

    if output is Output.JSON:
        return json.dumps(answer, ensure_ascii=False)
    match answer:
        case {"final": last}:
            return (
                f"\n{last['verdict']}: {last['reason']}\n{last['requests']:,} requests, {last['canary_requests']:,} of "
                "them to the canary."
            )
        case {"aa": seen}:
            return (
                f"Stable against itself: harm found in {seen['falseAlarms']:,} of {seen['deals']:,} deals, "
                f"{seen['share']:.2%} ({seen['low']:.2%} … {seen['high']:.2%}); promised: at most "
                f"{seen['promised']:.2%}."
            )
    return f"{'The same' if answer['reproduced'] else 'NOT the same'} verdict from the run's {answer['from']}: " + str(
        answer["again"]["sentence"] if answer["again"] else "none"
    )
