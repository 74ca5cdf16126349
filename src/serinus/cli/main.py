"""The command `serinus`: every command, and the only place where adapters are built and wired.
Data goes to stdout, messages to stderr. Heavy rooms are imported by the command that needs them: --help stays fast.
"""

from __future__ import annotations

import codecs
import io
import sys
from typing import Annotated, Any

import typer

from serinus.cli.console import console
from serinus.cli.demo import demo
from serinus.cli.doctor import doctor
from serinus.cli.lint import lint
from serinus.cli.listing import get, list_
from serinus.cli.operator import operator
from serinus.cli.plan import plan
from serinus.cli.plugin import complete, title
from serinus.cli.recording import observations
from serinus.cli.release import abort, controller, explain, fault, pause, promote, resume, retry
from serinus.cli.replay import replay
from serinus.cli.traces import servicemap, traces
from serinus.cli.ui import ui
from serinus.cli.waiting import wait
from serinus.cli.xray import xray
from serinus.errors import InvalidInput, NotNow, SerinusError


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"serinus {version('serinus')}")
        raise typer.Exit


app = typer.Typer(
    name="serinus",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="show the version and exit")
    ] = False,
) -> None:
    """Progressive delivery on Kubernetes, judged by AWS X-Ray traces."""


app.command()(demo)
app.command()(ui)
app.command()(console)
app.command()(fault)
app.command("list")(list_)
app.command()(get)
app.command()(explain)
app.command()(wait)
app.command()(traces)
app.command("map")(servicemap)
for command in (promote, pause, resume, abort, retry):
    app.command()(command)
app.command()(plan)
app.command()(observations)
app.command()(replay)
app.command()(lint)
app.command()(doctor)
app.command()(xray)
app.command()(controller)
app.command()(operator)

ASCII = str.maketrans({"✔": "+", "✖": "x", "◔": "~", "⊘": "!", "○": "o", "◉": "*", "→": ">", "≈": "~", "…": "."})


def main() -> None:
    """Entry point: errors of ours become one line on stderr; 2 for what a person wrote, 1 for what the world did."""
    _survive_other_encodings(sys.stdout, sys.stderr)
    try:
        app(prog_name=title(sys.argv[0]))
    except (InvalidInput, NotNow) as error:
        sys.exit(_said(error, 2))
    except SerinusError as error:
        sys.exit(_said(error, 1))


def completions() -> None:
    """Entry point of kubectl_complete-serinus."""
    complete(lambda: app(prog_name="serinus"))


def _said(error: SerinusError, code: int) -> int:
    print(f"serinus: {error}", file=sys.stderr)
    return code


def _survive_other_encodings(*streams: Any) -> None:
    codecs.register_error("serinus", _in_ascii)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="serinus")


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    """What stands for signs that the terminal's encoding lacks."""
    assert isinstance(error, UnicodeEncodeError)
    shown = error.object[error.start : error.end].translate(ASCII)
    return "".join(sign if sign.isascii() else "?" for sign in shown), error.end


if __name__ == "__main__":
    main()
