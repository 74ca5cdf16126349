"""Snapshots of a release on this laptop. In: the state directory, the load's and the inbox's counts.
Out: one value for the live view; and when the run is over, how it ended.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from serinus.cli.progress import Pods, Snapshot, Tally
from serinus.local.mails import Mail, read_inbox
from serinus.local.state import State
from serinus.release.run import Run
from serinus.release.spec import CanaryRelease
from serinus.release.status import Phase, Status


def snapshot(state: State, release: CanaryRelease, tally: Tally, elapsed: float) -> Snapshot:
    """What the files say now."""
    name = release.metadata.name
    status = state.status(name) or Status()
    return Snapshot(
        release=release,
        status=status,
        run=state.run(name, status.run) or Run(),
        stable=_pods(state, release.spec.stable.deployment),
        canary=_pods(state, release.spec.canary.deployment),
        tally=tally,
        elapsed=elapsed,
    )


def _pods(state: State, name: str) -> Pods:
    status = state.deployment_status(name)
    return Pods(ready=status.ready if status else 0, desired=state.scale(name))


def outcome(seen: Snapshot) -> str | None:
    """promoted, rolled back, aborted or held; None while the run goes on."""
    match seen.status.phase:
        case Phase.PROMOTED | Phase.ROLLED_BACK:
            return seen.run.outcome
        case _:
            return "held" if seen.status.held else None


def delivered(inbox: Path) -> tuple[Mail, ...]:
    """Mails that have arrived."""
    return read_inbox(inbox)


def by_release(mails: tuple[Mail, ...]) -> dict[str, int]:
    """How many mails each release of the service has sent."""
    return dict(sorted(Counter(mail.version or "unknown" for mail in mails).items()))
