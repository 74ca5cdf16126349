"""Three ways to tell the demo's story. In: its begin, snapshots, its ending. Out: a live view at a terminal,
one line per change elsewhere, or one JSON document on stdout with the lines on stderr.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from serinus.cli.demonstration import Teller
from serinus.cli.options import Output
from serinus.cli.pasted import SERVED_URL, command, serving, state_words
from serinus.cli.progress import Snapshot, change, panel
from serinus.cli.servicemap import drawn as map_drawn
from serinus.cli.servicemap import nodes
from serinus.cli.summary import Ending, document
from serinus.cli.summary import drawn as ending_drawn
from serinus.cli.terminal import console
from serinus.judge.verdict import Reason

SPLIT_EXPLAINED = (
    "Why the split is off: replica counts share out connections, not requests. A caller that keeps its connections "
    "sends all requests of a connection to the one pod it reached, so a few connections give any share at all. "
    "Split requests instead: --router gateway."
)


class Lines:
    """For logs: one line per change."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._last: Snapshot | None = None

    def begins(self, directory: Path, urls: dict[str, str]) -> None:
        for line in _begin_lines(directory, urls):
            self.console.print(line, soft_wrap=True, highlight=False)

    def shows(self, seen: Snapshot) -> None:
        if line := change(self._last, seen):
            self.console.print(line, soft_wrap=True, highlight=False, markup=False)
            self._last = seen

    def ends(self, ending: Ending, services: list[dict[str, Any]], *, stays: bool) -> None:
        _print_ending(self.console, ending, services, stays=stays)


class LiveView:
    """For a person at a terminal."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._live = Live(console=console, refresh_per_second=4, transient=True)

    def begins(self, directory: Path, urls: dict[str, str]) -> None:
        for line in _begin_lines(directory, urls):
            self.console.print(line, soft_wrap=True, highlight=False)

    def shows(self, seen: Snapshot) -> None:
        if not self._live.is_started:
            self._live.start()
        self._live.update(panel(seen))

    def ends(self, ending: Ending, services: list[dict[str, Any]], *, stays: bool) -> None:
        self._live.stop()
        _print_ending(self.console, ending, services, stays=stays)


class Document(Lines):
    """For programs: the lines go to stderr, one JSON document to stdout."""

    def ends(self, ending: Ending, services: list[dict[str, Any]], *, stays: bool) -> None:
        del services, stays
        print(json.dumps(document(ending)), flush=True)


def teller(output: Output) -> Teller:
    """The way that fits where the output goes."""
    if output is Output.JSON:
        return Document(console(stderr=True))
    out = console()
    return LiveView(out) if out.is_terminal else Lines(out)


def _begin_lines(directory: Path, urls: dict[str, str]) -> list[Text]:
    lines = [Text("Serinus releases Notification V2 beside V1; starting everything on this machine.", style="bold")]
    lines.extend(Text.assemble((f"  {use:<16}", "dim"), url) for use, url in urls.items())
    lines.append(Text.assemble((f"  {'state, logs':<16}", "dim"), str(directory)))
    return lines


def _print_ending(out: Console, ending: Ending, services: list[dict[str, Any]], *, stays: bool) -> None:
    out.print(ending_drawn(ending), soft_wrap=True, highlight=False)
    if ending.run.verdict and ending.run.verdict.reason is Reason.SPLIT_MISMATCH:
        out.print(Text(SPLIT_EXPLAINED, style="yellow"), soft_wrap=True)
    out.print(map_drawn(nodes(services)), highlight=False)
    if not stays:
        out.print(f"Its traces are kept. To serve them: {serving(Path(ending.store))}", soft_wrap=True, highlight=False)
    looked = state_words(Path(ending.directory)) if stays else ("--endpoint-url", SERVED_URL)
    for trace in ending.traces[:3]:
        out.print(f"  {command('traces', trace, *looked)}", soft_wrap=True, highlight=False)
    if stays:
        out.print("Everything keeps running; Ctrl-C stops it.", style="dim")
