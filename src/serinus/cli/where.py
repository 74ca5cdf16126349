"""Which releases and which X-Ray the options mean. In: options. Out: a source, an URL; names that the shell completes.
Imported by every command: what reads files or a cluster is imported when it is needed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serinus.cli.options import (
    DEFAULT_STATE,
    ENDPOINT_VARIABLE,
    LATEST,
    Where,
    kubeconfigs,
    state_directory,
    xray_url,
)
from serinus.cli.pasted import gone
from serinus.errors import InvalidInput, SerinusError

if TYPE_CHECKING:
    from serinus.cli.source import Source


def source(where: Where) -> Source:
    """What the options say; else this directory's newest demo, else the cluster of the kubeconfig. Where both could be
    meant, stderr says which is taken and how to choose the other. InvalidInput.
    """
    if note := choice(where):
        typer.echo(note, err=True)
    return _source(where)


def on_cluster(where: Where) -> bool:
    """Whether a cluster is meant. A demo here, which costs nobody anything, comes before a cluster that was not named;
    whoever names one means it. InvalidInput.
    """
    if where.state and where.cluster:
        raise InvalidInput("--state", "cannot be given together with a cluster's options", str(where.state))
    return where.cluster or not (where.state or (DEFAULT_STATE / LATEST).is_dir())


def choice(where: Where) -> str:
    """What is taken, where nothing was said and there are a demo and a kubeconfig; "" where there is no doubt."""
    if where.state or on_cluster(where) or not kubeconfigs():
        return ""
    ended = "" if xray_url(DEFAULT_STATE / LATEST) else ", which has ended"
    return f"serinus: of the demo in {DEFAULT_STATE}{ended}; the cluster: --namespace NAMESPACE or --context CONTEXT"


def _source(where: Where) -> Source:
    if on_cluster(where):
        return _cluster(where)
    from serinus.cli.laptop import Laptop

    return Laptop(state_directory(where.state))


def _cluster(where: Where) -> Source:
    """InvalidInput names --kubeconfig only where it was given."""
    from serinus.cli.kubernetes import connect

    try:
        return connect(where)
    except InvalidInput as error:
        if where.kubeconfig or error.field != "--kubeconfig":
            raise
        looked = os.environ.get("KUBECONFIG") or "~/.kube/config"
        if kubeconfigs():
            raise InvalidInput(
                "KUBECONFIG", "must be a kubeconfig with clusters, users and contexts", looked
            ) from error
        if where.context:
            rule = f"needs a kubeconfig, and {looked} is none; --kubeconfig FILE names another"
            raise InvalidInput("--context", rule, where.context) from error
        rule = f"must name a demo, or --kubeconfig a cluster: there is none in {DEFAULT_STATE}, and no file {looked}"
        raise InvalidInput("--state", rule) from error


def endpoint(given: str | None, state: Path | None = None) -> str | None:
    """The X-Ray API's URL: the one given, else that of the demo asked for or of the newest; None, AWS's, where there is
    no demo. A demo that was named comes before an URL that only the environment names. InvalidInput, DemoEnded.
    """
    if given and not (state and given == os.environ.get(ENDPOINT_VARIABLE)):
        return given
    if state is None and not (DEFAULT_STATE / LATEST).is_dir():
        return None
    directory = state_directory(state)
    if url := xray_url(directory):
        return url
    raise gone(directory)


def known(context: typer.Context, incomplete: str) -> list[str]:
    """Releases whose names begin like this; none where they cannot be read."""
    given = context.params.get
    try:
        found = _source(Where(given("state"), given("namespace"), given("context"), given("kubeconfig"))).documents()
    except SerinusError:
        return []
    names = (str(one["metadata"]["name"]) for one in found)
    return [name for name in names if name.startswith(incomplete)]


Name = Annotated[str, typer.Argument(help="the release", autocompletion=known)]
OnlyName = Annotated[
    str | None,
    typer.Argument(help="the release; may be left out where there is one only", autocompletion=known),
]
