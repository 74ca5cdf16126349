"""`serinus list` and `serinus get`: how releases stand. In: a source. Out: a table or one tree, once or as it changes;
documents for programs, one line per change where there is no terminal.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from serinus.cli.options import (
    ContextOption,
    EverywhereOption,
    Format,
    FormatOption,
    KubeconfigOption,
    NamespaceOption,
    StateOption,
    Where,
)
from serinus.cli.where import OnlyName, source

if TYPE_CHECKING:
    from rich.console import Console

    from serinus.cli.source import Json, Source, Standing

LOOK_S = 1.0
WRITTEN = (Format.JSON, Format.YAML, Format.NAME)
Watch = Annotated[bool, typer.Option("--watch", "-w", help="go on until the run is over")]


def list_(
    state: StateOption = None,
    namespace: NamespaceOption = None,
    everywhere: EverywhereOption = False,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """List releases: phase, step, desired and measured weight, verdict, age."""
    from serinus.cli.shown import written

    found = source(Where(state, namespace, context, kubeconfig, everywhere))
    documents = found.documents()
    note(found)
    if output in WRITTEN:
        print(written({"apiVersion": "v1", "kind": "List", "items": list(documents)}, output))
        return
    if not documents:
        typer.echo("no releases here", err=True)
        return
    _table(documents, output, everywhere=everywhere)


def get(
    name: OnlyName = None,
    watch: Watch = False,
    state: StateOption = None,
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Show one release; with --watch until its run is over."""
    from serinus.cli.source import only

    found = source(Where(state, namespace, context, kubeconfig))
    named = only(found, name)
    note(found)

    def looks() -> Iterator[Standing]:
        from serinus.cli.waiting import how

        while True:
            over = found.ended()
            seen = found.standing(named)
            yield seen
            if not watch or over or how(seen.seen.status.phase, seen.seen.run.outcome, paused=False) is not None:
                return
            time.sleep(LOOK_S)

    show(looks(), output, watch=watch)


def note(found: Source) -> None:
    """On stderr: that what is shown stays as it is."""
    if over := found.ended():
        typer.echo(f"serinus: {over}; its releases stay as it left them", err=True)


def show(looks: Iterator[Standing], output: Format, *, watch: bool) -> None:
    if output in WRITTEN:
        _documents(looks, output)
        return
    from serinus.cli.terminal import console

    out = console()
    if output is Format.WIDE and not watch:
        _table(tuple(each.document for each in looks), output, everywhere=False)
    elif not watch or (out.is_terminal and not out.is_dumb_terminal):
        _drawn(looks, out, watch=watch)
    else:
        _lines(looks, out)


def _drawn(looks: Iterator[Standing], out: Console, *, watch: bool) -> None:
    from rich.live import Live

    from serinus.cli.tree import tree

    if not watch:
        out.print(tree(next(looks)))
        return
    with Live(console=out, refresh_per_second=4, vertical_overflow="crop") as live:
        for each in looks:
            live.update(tree(each))


def _lines(looks: Iterator[Standing], out: Console) -> None:
    """One a change."""
    from serinus.cli.progress import change

    before = None
    for each in looks:
        if line := change(before, each.seen):
            out.print(line, highlight=False, soft_wrap=True, markup=False)
        before = each.seen


def _documents(looks: Iterator[Standing], output: Format) -> None:
    """One document a change: JSON a line each, YAML with --- before the next one."""
    from serinus.cli.shown import written
    from serinus.cli.source import whole

    last = ""
    for each in looks:
        said = written(whole(each), output)
        if said != last:
            print(f"---\n{said}" if last and output is Format.YAML else said, flush=True)
        last = said


def _table(documents: tuple[Json, ...], output: Format, *, everywhere: bool) -> None:
    from serinus.cli.shown import columns, row, table

    rows = [row(document, time.time()) for document in documents]
    print(table(columns(output, everywhere=everywhere), rows))
