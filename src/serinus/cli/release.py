"""Commands about one release: the controller on this laptop, what a person asks of it, faults for experiments.
In: options. Out: a command written into the resource; the controller sees it in its next World.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from serinus.cli.options import (
    ContextOption,
    Format,
    FormatOption,
    KubeconfigOption,
    NamespaceOption,
    StateOption,
    Where,
    state_directory,
)
from serinus.cli.where import Name, OnlyName, source

if TYPE_CHECKING:
    from serinus.cli.source import Source

Reason = Annotated[str, typer.Option("--reason", "-r", help="why; kept in the run's record")]


def controller(
    name: Annotated[str, typer.Argument(help="the release")] = "notification",
    state: StateOption = None,
    endpoint_url: Annotated[str | None, typer.Option("--endpoint-url", envvar="AWS_ENDPOINT_URL_XRAY")] = None,
) -> None:
    """Run the controller of one release until it is stopped."""
    import asyncio
    import logging

    from serinus.controller import run
    from serinus.local.cluster import LocalCluster
    from serinus.local.journal import FileJournal
    from serinus.local.state import State
    from serinus.traces.client import XRayClient
    from serinus.traces.collect import XRayTraces

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    directory = state_directory(state)
    journal = FileJournal(directory / "runs")
    asyncio.run(run(name, LocalCluster(State(directory)), XRayTraces(XRayClient(endpoint_url)), time.time, journal))


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
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
) -> None:
    """Approve the step that waits, or let the step pass on your word."""
    _ask(source(Where(state, namespace, context, kubeconfig)), name, "promote", reason, full=full)


def abort(
    name: Name,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do not ask")] = False,
    state: StateOption = None,
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
) -> None:
    """Take all traffic off the canary; on a terminal you are asked first."""
    where = Where(state, namespace, context, kubeconfig)
    found = source(where)
    if not yes and sys.stdin.isatty():
        _confirm(found, name)
    _ask(found, name, "abort", reason)


def _confirm(found: Source, name: str) -> None:
    """Exit code 1, and nothing is asked, unless a person says yes."""
    status = found.standing(name).seen.status
    told = f"{name} is {status.phase} with {status.weight} % on {status.canary_version or 'the canary'}. "
    if not typer.confirm(f"{told}Take all traffic off it?", err=True):
        typer.echo("nothing was asked", err=True)
        raise typer.Exit(1)


def _asking(verb: str, says: str) -> Callable[..., None]:
    """The command of a verb that takes no more than a reason."""

    def command(
        name: Name,
        reason: Reason,
        state: StateOption = None,
        namespace: NamespaceOption = None,
        context: ContextOption = None,
        kubeconfig: KubeconfigOption = None,
    ) -> None:
        _ask(source(Where(state, namespace, context, kubeconfig)), name, verb, reason)

    command.__name__, command.__doc__ = verb, says
    return command


def _ask(found: Source, name: str, verb: str, reason: str, *, full: bool = False) -> None:
    from serinus.cli.source import asked

    command = asked(verb, reason, found.person(), full=full)
    found.ask(name, command)
    typer.echo(f"{verb} of {name} asked by {command.by}: {reason}", err=True)


pause = _asking("pause", "Keep the weight where it is; harm still rolls back.")
resume = _asking("resume", "Go on after a pause.")
retry = _asking("retry", "Release a rejected version once more, or give a held step its time again.")


def explain(
    name: OnlyName = None,
    state: StateOption = None,
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Tell where a release stands and why: sentence, weights, checks, examples."""
    from serinus.cli.explain import explained
    from serinus.cli.source import only

    found = source(Where(state, namespace, context, kubeconfig))
    print(explained(found.standing(only(found, name)), output))
