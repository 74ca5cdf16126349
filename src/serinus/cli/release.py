"""Commands about one release on this laptop: the controller, what a person asks of it, faults for experiments.
In: a state directory. Out: a command written into the resource's files; the controller sees it in its next World.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from serinus.cli.options import Output, OutputOption, StateOption, state_directory

Name = Annotated[str, typer.Argument(help="the release")]
Reason = Annotated[str, typer.Option("--reason", "-r", help="why; kept in the run's record")]


def controller(
    name: Name = "notification",
    state: StateOption = None,
    endpoint_url: Annotated[str | None, typer.Option("--endpoint-url", envvar="AWS_ENDPOINT_URL_XRAY")] = None,
) -> None:
    """Run the controller of one release until it is stopped."""
    import asyncio
    import logging

    from serinus.controller import run
    from serinus.local.cluster import LocalCluster
    from serinus.local.state import State
    from serinus.traces.client import XRayClient
    from serinus.traces.collect import XRayTraces

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    cluster = LocalCluster(State(state_directory(state)))
    asyncio.run(run(name, cluster, XRayTraces(XRayClient(endpoint_url)), time.time))


def fault(
    faults: Annotated[list[str], typer.Argument(help="v2=fault:5%  v2=latency:200ms  both=fault:2%  v2=none")],
    state: StateOption = None,
) -> None:
    """Switch faults on and off in a running demo."""
    from serinus.local.faults import parse_faults, write_faults
    from serinus.local.state import State

    write_faults(State(state_directory(state)), parse_faults(faults))


def promote(
    name: Name,
    reason: Reason,
    full: Annotated[bool, typer.Option("--full", help="skip all steps left")] = False,
    state: StateOption = None,
) -> None:
    """Approve the step that waits, or let the step pass on your word."""
    _ask(state, name, "promote", reason, full=full)


def pause(name: Name, reason: Reason, state: StateOption = None) -> None:
    """Keep the weight where it is; harm still rolls back."""
    _ask(state, name, "pause", reason)


def resume(name: Name, reason: Reason, state: StateOption = None) -> None:
    """Go on after a pause."""
    _ask(state, name, "resume", reason)


def abort(name: Name, reason: Reason, state: StateOption = None) -> None:
    """Take all traffic off the canary."""
    _ask(state, name, "abort", reason)


def retry(name: Name, reason: Reason, state: StateOption = None) -> None:
    """Release a rejected version once more, or give a held step its time again."""
    _ask(state, name, "retry", reason)


def _ask(state: Path | None, name: str, verb: str, reason: str, *, full: bool = False) -> None:
    from serinus.cli.source import asked, source

    command = asked(verb, reason, full=full)
    source(state).ask(name, command)
    typer.echo(f"{verb} of {name} asked by {command.by}: {reason}", err=True)


def explain(name: Name = "notification", state: StateOption = None, output: OutputOption = Output.TEXT) -> None:
    """Tell where a release stands and why: sentence, weights, checks, examples."""
    from serinus.cli.explain import explained
    from serinus.local.state import State

    print(explained(State(state_directory(state)), name, output))
