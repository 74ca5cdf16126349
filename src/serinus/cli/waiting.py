"""`serinus wait`: for pipelines. In: a source, a name, a limit. Out: an exit code that says how it ended,
and the reason as one sentence on stderr. Never answers for a version that ran before the one there is now.
"""

from __future__ import annotations

import sys
import time
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from serinus.cli.options import ContextOption, KubeconfigOption, NamespaceOption, StateOption, Where
from serinus.cli.where import OnlyName, source

if TYPE_CHECKING:
    from collections.abc import Callable

    from serinus.cli.source import Source, Standing
    from serinus.release.status import Status

    Clock = Callable[[], float]

LOOK_S = 1.0


class Ended(IntEnum):
    """Exit codes. 1 is an error of ours, 2 wrong usage, 130 Ctrl-C."""

    PROMOTED = 0
    ROLLED_BACK = 3
    STOPPED_BY_A_PERSON = 4
    UNDECIDED = 5
    AWAITING_APPROVAL = 6


class Mine(NamedTuple):
    """Whose end is waited for. `image`: one of the canary's Deployment, "" any. `generation`: this one or a later."""

    image: str = ""
    generation: int = 0


def wait(
    name: OnlyName = None,
    timeout: Annotated[str, typer.Option(help="give up after this long")] = "30m",
    fail_on_pause: Annotated[bool, typer.Option(help="end when it waits for a person: paused, held, approval")] = False,
    image: Annotated[str, typer.Option(help="my image: another one in its place ends with 4")] = "",
    generation: Annotated[int, typer.Option(min=0, help="my generation of the CanaryRelease, or a later one")] = 0,
    state: StateOption = None,
    namespace: NamespaceOption = None,
    context: ContextOption = None,
    kubeconfig: KubeconfigOption = None,
) -> None:
    """Wait until the run is over.

    Exit code 0: promoted; 3: rolled back; 4: stopped by a person; 5: undecided at the timeout, or when the demo ended;
    6, with --fail-on-pause only: it waits for a person, as it is paused, held or needs approval.
    """
    from serinus.cli.source import only
    from serinus.release.durations import seconds

    limit = time.monotonic() + seconds(timeout, "--timeout")
    found = source(Where(state, namespace, context, kubeconfig))
    ended, said = watched(found, only(found, name), Mine(image, generation), limit, fail_on_pause=fail_on_pause)
    print(said, file=sys.stderr)
    raise typer.Exit(int(ended))


def watched(
    found: Source, name: str, mine: Mine, limit: float, *, fail_on_pause: bool, clock: Clock = time.monotonic
) -> tuple[Ended, str]:
    """How it ended and what to say. `limit`: seconds on the clock. After the first look it may fail till then."""
    over, standing, met = found.ended(), found.standing(name), False
    while True:
        met = met or runs(standing, mine)
        if met and not runs(standing, mine):
            return Ended.STOPPED_BY_A_PERSON, f"superseded: the canary runs {', '.join(standing.images)} now"
        ended = how_it_stands(standing, mine, fail_on_pause=fail_on_pause)
        if ended is not None:
            return ended, sentence(standing.seen.status)
        if clock() > limit:
            return Ended.UNDECIDED, f"timed out: {missing(standing, mine) or sentence(standing.seen.status)}"
        if over:
            return Ended.UNDECIDED, f"{over}: {sentence(standing.seen.status)}"
        over, standing = found.ended(), _next(found, name, limit, clock)


def _next(found: Source, name: str, limit: float, clock: Clock) -> Standing:
    """The next look that succeeds; what it failed with, where none has when the time is over."""
    from serinus.errors import ClusterError

    while True:
        time.sleep(LOOK_S)
        try:
            return found.standing(name)
        except ClusterError as error:
            if clock() > limit:
                raise
            print(f"serinus: {error}; trying again", file=sys.stderr)


def sentence(status: Status) -> str:
    """Why it stands so."""
    return f"{status.reason}: {status.message}" if status.reason or status.message else f"{status.phase}"


def runs(standing: Standing, mine: Mine) -> bool:
    """Whether the canary's Deployment asks for my image."""
    return not mine.image or mine.image in standing.images


def missing(standing: Standing, mine: Mine) -> str:
    """Why the status is not about what is waited for; "" when it is."""
    if not runs(standing, mine):
        return f"the canary runs {', '.join(standing.images) or 'nothing'}, not {mine.image}"
    observed = standing.document.get("status", {}).get("observedGeneration", 0)
    if observed < mine.generation:
        return f"generation {observed} was seen by the operator, not yet {mine.generation}"
    return ""


def how_it_stands(standing: Standing, mine: Mine, *, fail_on_pause: bool) -> Ended | None:
    """The exit code of what is waited for; None while it goes on, or has not begun."""
    status, version = standing.seen.status, standing.version
    if missing(standing, mine):
        return None
    if version in ("", status.canary_version):
        waits = status.paused or status.held or status.phase == "AwaitingApproval"
        return how(status.phase, standing.seen.run.outcome, paused=fail_on_pause and waits)
    if version in status.rejected:
        return Ended.ROLLED_BACK
    return Ended.PROMOTED if version == status.promoted else None


def how(phase: str, outcome: str, *, paused: bool) -> Ended | None:
    """The exit code of a run that stands here; None while it goes on."""
    if phase == "Promoted":
        return Ended.PROMOTED
    if phase == "RolledBack":
        return Ended.STOPPED_BY_A_PERSON if outcome in ("aborted", "superseded") else Ended.ROLLED_BACK
    return Ended.AWAITING_APPROVAL if paused else None
