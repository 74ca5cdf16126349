"""Where the releases are: a demo on this machine, or a Kubernetes cluster. In: options. Out: snapshots, and a place to
put what a person asks. The commands know this port only; nobody calls the controller.
"""

from __future__ import annotations

import getpass
import time
import uuid
from pathlib import Path
from typing import Protocol

from serinus.cli.options import state_directory
from serinus.cli.progress import Snapshot, Tally
from serinus.cli.watch import snapshot
from serinus.errors import InvalidInput
from serinus.local.state import State
from serinus.release.world import Command, Verb


class Source(Protocol):
    """Releases, read afresh at each call."""

    def names(self) -> tuple[str, ...]:
        """All releases, sorted."""

    def seen(self, name: str) -> Snapshot:
        """One release as it stands. InvalidInput when there is none of this name."""

    def ask(self, name: str, command: Command) -> None:
        """Write what a person asks into the resource."""


class Laptop:
    """A demo's state directory."""

    def __init__(self, directory: Path) -> None:
        self._state = State(directory)

    def names(self) -> tuple[str, ...]:
        return self._state.releases()

    def seen(self, name: str) -> Snapshot:
        release = self._state.release(name)
        if release is None:
            raise InvalidInput("NAME", f"must be one of {', '.join(self.names()) or 'no release at all'}", name)
        now = snapshot(self._state, release, Tally(), 0.0)
        return snapshot(
            self._state, release, Tally(), (now.run.ended or time.time()) - (now.run.started or time.time())
        )

    def ask(self, name: str, command: Command) -> None:
        self.seen(name)
        self._state.write_command(name, command)


def source(state: Path | None) -> Source:
    """The demo of this state directory, or the newest one."""
    return Laptop(state_directory(state))


def asked(verb: str, reason: str, *, full: bool = False) -> Command:
    """A person's command, signed with the login name. InvalidInput: no reason given."""
    if not reason.strip():
        raise InvalidInput("--reason", "must say why; it is kept in the run's record", reason)
    return Command(id=uuid.uuid4().hex, verb=Verb(verb), by=getpass.getuser(), reason=reason, full=full)
