"""The command `serinus`: every command, and the only place where adapters are built and wired.
Data goes to stdout, messages to stderr. Heavy rooms are imported by the command that needs them: --help stays fast.
"""

from __future__ import annotations

import sys

import typer

from serinus.cli.demo import demo
from serinus.cli.doctor import doctor
from serinus.cli.listing import get, list_
from serinus.cli.operator import operator
from serinus.cli.release import abort, controller, explain, fault, pause, promote, resume, retry
from serinus.cli.traces import servicemap, traces
from serinus.cli.ui import ui
from serinus.cli.waiting import wait
from serinus.cli.xray import xray
from serinus.errors import InvalidInput, SerinusError

app = typer.Typer(
    name="serinus",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Progressive delivery on Kubernetes, judged by AWS X-Ray traces.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(demo)
app.command()(ui)
app.command()(fault)
app.command("list")(list_)
app.command()(get)
app.command()(explain)
app.command()(wait)
app.command()(traces)
app.command("map")(servicemap)
for command in (promote, pause, resume, abort, retry):
    app.command()(command)
app.command()(doctor)
app.command()(xray)
app.command()(controller)
app.command()(operator)


def main() -> None:
    """Entry point: errors of ours become one line on stderr; 2 for what a person wrote, 1 for what the world did."""
    try:
        app()
    except InvalidInput as error:
        sys.exit(_said(error, 2))
    except SerinusError as error:
        sys.exit(_said(error, 1))


def _said(error: SerinusError, code: int) -> int:
    print(f"serinus: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
