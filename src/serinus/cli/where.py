"""Which releases the options mean. In: options. Out: a source; names that the shell completes.
Imported by every command: what reads files or a cluster is imported when it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from serinus.cli.options import DEFAULT_STATE, LATEST, Where, state_directory
from serinus.errors import InvalidInput, SerinusError

if TYPE_CHECKING:
    from serinus.cli.source import Source


def source(where: Where) -> Source:
    """What the options say; else this directory's newest demo, else the cluster of the kubeconfig. InvalidInput."""
    if where.state and where.cluster:
        raise InvalidInput("--state", "cannot be given together with a cluster's options", str(where.state))
    if where.state or (not where.cluster and (DEFAULT_STATE / LATEST).is_dir()):
        from serinus.cli.laptop import Laptop

        return Laptop(state_directory(where.state))
    from serinus.cli.kubernetes import connect

    return connect(where)


def known(context: typer.Context, incomplete: str) -> list[str]:
    """Releases whose names begin like this; none where they cannot be read."""
    given = context.params.get
    try:
        found = source(Where(given("state"), given("namespace"), given("context"), given("kubeconfig"))).documents()
    except SerinusError:
        return []
    names = (str(one["metadata"]["name"]) for one in found)
    return [name for name in names if name.startswith(incomplete)]


Name = Annotated[str, typer.Argument(help="the release", autocompletion=known)]
OnlyName = Annotated[
    str | None,
    typer.Argument(help="the release; may be left out where there is one only", autocompletion=known),
]
