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
Patience = Annotated[str, typer.Option("--timeout", help="how long to wait for the answer; 0s: not at all")]
ANSWER = "10s"


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
    from serinus.errors import NotNow
    from serinus.local.faults import parse_faults, write_faults
    from serinus.local.presence import ended
    from serinus.local.state import State

    plans, directory = parse_faults(faults), state_directory(state)
    if ended(directory):
        raise NotNow("fault: this demo has ended: nobody would hear it")
    write_faults(State(directory), plans)
    typer.echo(f"{' '.join(faults)} from now on", err=True)


def promote(
    name: Name,
    reason: Reason,
    full: Annotated[bool, typer.Option("--full", help="skip all steps left")] = False,
    timeout: Patience = ANSWER,
    state: StateOption = None,
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
) -> None:
    """Approve the step that waits, or let the step pass on your word. Lifts a pause."""
    _ask(source(Where(state, namespace, context, kubeconfig)), name, "promote", reason, timeout, full=full)


def abort(
    name: Name,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do not ask")] = False,
    timeout: Patience = ANSWER,
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
    _ask(found, name, "abort", reason, timeout)


def _confirm(found: Source, name: str) -> None:
    """Exit code 1, and nothing is asked, unless a person says yes."""
    from serinus.cli.steering import fitting
    from serinus.release.world import Verb

    status = fitting(found, name, Verb.ABORT).seen.status
    told = f"{name} is {status.phase} with {status.weight} % on {status.canary_version or 'the canary'}. "
    if not typer.confirm(f"{told}Take all traffic off it?", err=True):
        typer.echo("nothing was asked", err=True)
        raise typer.Exit(1)


def _asking(verb: str, says: str) -> Callable[..., None]:
    """The command of a verb that takes no more than a reason."""

    def command(
        name: Name,
        reason: Reason,
        timeout: Patience = ANSWER,
        state: StateOption = None,
        namespace: NamespaceOption = None,
        context: ContextOption = None,
        kubeconfig: KubeconfigOption = None,
    ) -> None:
        _ask(source(Where(state, namespace, context, kubeconfig)), name, verb, reason, timeout)

    command.__name__, command.__doc__ = verb, says
    return command


def _ask(found: Source, name: str, verb: str, reason: str, timeout: str, *, full: bool = False) -> None:
    from serinus.cli.source import asked
    from serinus.cli.steering import steer
    from serinus.release.durations import seconds

    patience = seconds(timeout, "--timeout")
    command = asked(verb, reason, found.person(), full=full)
    steer(found, name, command, patience, lambda said: typer.echo(said, err=True))


pause = _asking("pause", "Keep the weight where it is; harm still rolls back.")
resume = _asking("resume", "Go on after a pause.")
retry = _asking("retry", "Release a rejected version once more, or give a held step its time again. Lifts a pause.")


def explain(
    name: OnlyName = None,
    state: StateOption = None,
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Tell where a release stands and why: sentence, weights, checks, examples, what people asked, its runs."""
    from serinus.cli.explain import explained
    from serinus.cli.history import history
    from serinus.cli.listing import note
    from serinus.cli.source import only

    found = source(Where(state, namespace, context, kubeconfig))
    named = only(found, name)
    note(found)
    print(explained(found.standing(named), output))
    if output in (Format.TEXT, Format.WIDE) and (told := history(named, found.runs(named))):
        print(f"\n{told}")
