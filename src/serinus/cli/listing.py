"""`serinus list` and `serinus get`: how releases stand. In: a source. Out: a table or one panel, once or as it changes;
JSON for programs, one line per change where there is no terminal.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from serinus.cli.options import Output, OutputOption, StateOption

if TYPE_CHECKING:
    from rich.console import Console

    from serinus.cli.progress import Snapshot
    from serinus.cli.source import Source

LOOK_S = 0.5
Name = Annotated[str, typer.Argument(help="the release")]
Watch = Annotated[bool, typer.Option("--watch", "-w", help="go on until the run is over")]


def list_(state: StateOption = None, output: OutputOption = Output.TEXT) -> None:
    """List releases: phase, step, desired and measured weight, verdict, age."""
    from serinus.cli.source import source

    found = source(state)
    seen = [found.seen(name) for name in found.names()]
    if output is Output.JSON:
        print(json.dumps({"kind": "List", "items": [as_json(one) for one in seen]}))
        return
    from rich.table import Table

    from serinus.cli.terminal import console

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for column in COLUMNS:
        table.add_column(column, header_style="none", no_wrap=True)
    for one in seen:
        table.add_row(*row(one, time.time()))
    console().print(table)


def get(
    name: Name = "notification", watch: Watch = False, state: StateOption = None, output: OutputOption = Output.TEXT
) -> None:
    """Show one release; with --watch until its run is over."""
    from serinus.cli.source import source

    found = source(state)
    if output is Output.JSON:
        _watched_json(found, name, watch=watch)
        return
    from serinus.cli.progress import panel
    from serinus.cli.terminal import console

    out = console()
    if not watch:
        out.print(panel(found.seen(name)))
    elif out.is_terminal:
        _live(found, name, out)
    else:
        _lines(found, name, out)


def _live(found: Source, name: str, out: Console) -> None:
    from rich.live import Live

    from serinus.cli.progress import panel
    from serinus.cli.watch import outcome

    seen = found.seen(name)
    with Live(panel(seen), console=out, refresh_per_second=4) as live:
        while not outcome(seen):
            time.sleep(LOOK_S)
            seen = found.seen(name)
            live.update(panel(seen))


def _lines(found: Source, name: str, out: Console) -> None:
    from serinus.cli.progress import change
    from serinus.cli.watch import outcome

    before = None
    while True:
        seen = found.seen(name)
        if line := change(before, seen):
            out.print(line, highlight=False, soft_wrap=True, markup=False)
        if outcome(seen):
            return
        before = seen
        time.sleep(LOOK_S)


def _watched_json(found: Source, name: str, *, watch: bool) -> None:
    """One document; with watch one a line whenever something changed."""
    from serinus.cli.watch import outcome

    last = ""
    while True:
        seen = found.seen(name)
        said = json.dumps(as_json(seen))
        if said != last:
            print(said, flush=True)
        last = said
        if not watch or outcome(seen):
            return
        time.sleep(LOOK_S)


COLUMNS = ("NAME", "PHASE", "STEP", "WEIGHT", "MEASURED", "VERDICT", "AGE", "REASON")


def row(seen: Snapshot, now: float) -> tuple[str, ...]:
    """One line of the table, the columns of `kubectl get canaryreleases`."""
    from serinus.cli.progress import phase

    status, run = seen.status, seen.run
    measured = run.steps[-1].measured if run.steps else None
    half = (measured.high - measured.low) / 2 if measured else 0.0
    return (
        seen.release.metadata.name,
        phase(status),
        f"{status.step + 1}/{len(seen.release.spec.steps)}" if status.run else "",
        str(status.weight),
        f"{100 * measured.share:.1f}±{100 * half:.1f}" if measured else "",
        str(run.verdict.outcome) if run.verdict else "",
        age(now - run.started) if run.started else "",
        status.reason,
    )


def age(seconds: float) -> str:
    """As kubectl writes ages."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}s"


def as_json(seen: Snapshot) -> dict[str, Any]:
    """The resource as kubectl would show it: spec and status; the record's verdict beside."""
    import msgspec

    document: dict[str, Any] = msgspec.to_builtins(seen.release)
    document["status"] = msgspec.to_builtins(seen.status)
    document["status"]["verdict"] = msgspec.to_builtins(seen.run.verdict)
    document["status"]["steps"] = msgspec.to_builtins(seen.run.steps)
    return document
