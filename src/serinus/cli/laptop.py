"""A demo's releases. In: its state directory. Out: what `Source` asks for."""

from __future__ import annotations

import time
from pathlib import Path

from msgspec.structs import replace

from serinus.cli.login import login_name
from serinus.cli.progress import Tally
from serinus.cli.source import Json, Standing, document, elapsed, unknown
from serinus.cli.watch import snapshot
from serinus.local.presence import ended
from serinus.local.state import State
from serinus.release.run import Run
from serinus.release.world import Command


class Laptop:
    """What was counted from outside is the demo's own: it is not in the files, and not seen here."""

    def __init__(self, directory: Path) -> None:
        self._state = State(directory)

    def documents(self) -> tuple[Json, ...]:
        return tuple(self.standing(name).document for name in self._state.releases())

    def standing(self, name: str) -> Standing:
        release = self._state.release(name)
        if release is None:
            raise unknown(name, self._state.releases(), "this demo")
        seen = snapshot(self._state, release, Tally(), 0.0)
        seen = replace(seen, elapsed=elapsed(seen.run, time.time()))
        versions = (release.spec.stable.deployment, release.spec.canary.deployment)
        stable, canary = (self._state.template(deployment) for deployment in versions)
        return Standing(
            seen,
            document(release, seen.status, seen.run),
            version=canary.version if canary else "",
            images=(canary.version,) if canary and canary.version else (),
            services=(stable.service if stable else "", canary.service if canary else ""),
            command=self._state.command(name),
        )

    def runs(self, name: str) -> tuple[Run, ...]:
        status = self._state.status(name)
        found = (self._state.run(name, number) for number in range(status.run if status else 0, 0, -1))
        return tuple(run for run in found if run)

    def ask(self, name: str, command: Command) -> None:
        self.standing(name)
        self._state.write_command(name, command)

    def person(self) -> str:
        return login_name()

    def ended(self) -> str:
        return "this demo has ended" if ended(self._state.directory) else ""
