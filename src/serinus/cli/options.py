"""Options that several commands share, and what they mean. In: the command line. Out: typed values, one help text."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from serinus.errors import InvalidInput

DEFAULT_STATE = Path(".serinus")
LATEST = "latest"


class Output(StrEnum):
    """How a command answers."""

    TEXT = "text"
    JSON = "json"


OutputOption = Annotated[Output, typer.Option("--output", "-o", help="text for people, json for programs")]
StateOption = Annotated[
    Path | None,
    typer.Option("--state", help="the demo's state directory; default: the newest below .serinus", show_default=False),
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        envvar="AWS_ENDPOINT_URL_XRAY",
        help="the X-Ray API; default: the running demo's, else AWS",
        show_default=False,
    ),
]


def state_directory(given: Path | None) -> Path:
    """The state directory asked for, or the newest demo's. InvalidInput when there is none."""
    directory = given or DEFAULT_STATE / LATEST
    if not directory.is_dir():
        raise InvalidInput("--state", "must be the state directory of a demo", str(directory))
    return directory


def endpoint(given: str | None) -> str | None:
    """The X-Ray API's URL: the one given, else that of the newest demo while it runs; None is AWS."""
    if given:
        return given
    noted = DEFAULT_STATE / LATEST / "xray.url"
    return noted.read_text().strip() if noted.is_file() else None
