"""EDGE. What a command begins with that serves a cluster until ended. In: its options. Out: checked, and a log."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from serinus.errors import InvalidInput

ClusterXRayOption = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url", envvar="AWS_ENDPOINT_URL_XRAY", help="the X-Ray API; default: AWS", show_default=False
    ),
]
AccountOption = Annotated[
    Path | None,
    typer.Option("--kubeconfig", help="default: the pod's service account, else KUBECONFIG", show_default=False),
]


def chosen(namespaces: Sequence[str] | None, *, every: bool) -> tuple[str, ...]:
    """The namespaces; none when all are meant. InvalidInput unless exactly one was said."""
    if bool(namespaces) == every:
        raise InvalidInput("--namespace", "must be given, or --all-namespaces instead", namespaces)
    return tuple(namespaces or ())


def log_here() -> None:
    """On stderr; of HTTP clients what goes wrong only."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx2").setLevel(logging.WARNING)
