"""Options that several commands share, and what they mean. In: the command line. Out: typed values, one help text."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from serinus.errors import InvalidInput

DEFAULT_STATE = Path(".serinus")
LATEST = "latest"
ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL_XRAY"


class Output(StrEnum):
    """How a command answers."""

    TEXT = "text"
    JSON = "json"


class Format(StrEnum):
    """How a command shows releases: as kubectl does, and `text` for people."""

    TEXT = "text"
    WIDE = "wide"
    JSON = "json"
    YAML = "yaml"
    NAME = "name"


class Where(NamedTuple):
    """Which releases are meant: those of a demo's state directory, or of a cluster. None: not said."""

    state: Path | None = None
    namespace: str | None = None
    context: str | None = None
    kubeconfig: Path | None = None
    everywhere: bool = False

    @property
    def cluster(self) -> bool:
        """Whether a cluster was asked for."""
        return self.everywhere or any(one is not None for one in (self.namespace, self.context, self.kubeconfig))


OutputOption = Annotated[Output, typer.Option("--output", "-o", help="text for people, json for programs")]
FormatOption = Annotated[Format, typer.Option("--output", "-o", help="text, wide, json, yaml or name")]
StateOption = Annotated[
    Path | None,
    typer.Option("--state", help="the demo's state directory; default: the newest below .serinus", show_default=False),
]
NamespaceOption = Annotated[
    str | None,
    typer.Option("--namespace", "-n", help="on a cluster: the namespace; default: the context's", show_default=False),
]
EverywhereOption = Annotated[bool, typer.Option("--all-namespaces", "-A", help="on a cluster: all namespaces")]
ContextOption = Annotated[
    str | None,
    typer.Option("--context", help="on a cluster: a context of the kubeconfig", show_default=False),
]
KubeconfigOption = Annotated[
    Path | None,
    typer.Option("--kubeconfig", help="on a cluster: default KUBECONFIG, else ~/.kube/config", show_default=False),
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        envvar=ENDPOINT_VARIABLE,
        help="the X-Ray API; default: the demo's, else AWS's",
        show_default=False,
    ),
]


def kubeconfigs() -> list[Path]:
    """The files that there are where kubectl looks."""
    named = os.environ.get("KUBECONFIG") or "~/.kube/config"
    return [path for one in named.split(os.pathsep) if one and (path := Path(one).expanduser()).is_file()]


def state_directory(given: Path | None) -> Path:
    """The state directory asked for, or the newest demo's. InvalidInput when there is none."""
    directory = given or DEFAULT_STATE / LATEST
    if not directory.is_dir():
        raise InvalidInput("--state", "must be the state directory of a demo", str(directory))
    return directory


def xray_url(directory: Path) -> str | None:
    """Where the demo of this state directory has its X-Ray; None while it does not run."""
    from serinus.local.presence import ended

    noted = directory / "xray.url"
    return noted.read_text().strip() if noted.is_file() and not ended(directory) else None
