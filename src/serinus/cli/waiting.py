"""`serinus wait`: for pipelines. In: a source, a name, a limit. Out: an exit code that says how it ended,
and the reason as one sentence on stderr.
"""

from __future__ import annotations

import sys
import time
from enum import IntEnum
from typing import Annotated

import typer

from serinus.cli.options import StateOption

LOOK_S = 0.5


class Ended(IntEnum):
    """Exit codes. 1 is an error of ours, 2 wrong usage, 130 Ctrl-C."""

    PROMOTED = 0
    ROLLED_BACK = 3
    STOPPED_BY_A_PERSON = 4
    UNDECIDED = 5
    AWAITING_APPROVAL = 6


def wait(
    name: Annotated[str, typer.Argument(help="the release")] = "notification",
    timeout: Annotated[str, typer.Option(help="give up after this long")] = "30m",
    fail_on_pause: Annotated[bool, typer.Option(help="end when it waits for a person")] = False,
    state: StateOption = None,
) -> None:
    """Wait until the run is over: exit 0 promoted, 3 rolled back, 4 stopped by a person, 5 undecided, 6 paused."""
    from serinus.cli.source import source
    from serinus.release.durations import seconds

    found, limit = source(state), time.monotonic() + seconds(timeout, "--timeout")
    while True:
        seen = found.seen(name)
        ended = how(seen.status.phase, seen.run.outcome, paused=fail_on_pause and _paused(seen.status))
        if ended is None and time.monotonic() > limit:
            ended = Ended.UNDECIDED
        if ended is not None:
            print(f"{seen.status.reason}: {seen.status.message}", file=sys.stderr)
            raise typer.Exit(int(ended))
        time.sleep(LOOK_S)


def _paused(status: object) -> bool:
    return bool(getattr(status, "paused", False)) or getattr(status, "phase", "") == "AwaitingApproval"


def how(phase: str, outcome: str, *, paused: bool) -> Ended | None:
    """The exit code of a run that stands here; None while it goes on."""
    if phase == "Promoted":
        return Ended.PROMOTED
    if phase == "RolledBack":
        return Ended.STOPPED_BY_A_PERSON if outcome in ("aborted", "superseded") else Ended.ROLLED_BACK
    return Ended.AWAITING_APPROVAL if paused else None
