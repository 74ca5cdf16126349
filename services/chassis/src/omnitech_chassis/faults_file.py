"""EDGE. A file somebody edits flows in, the plan in force flows out, looked at no more than five times a second.

Without a file (always so in production) the plan is empty. A broken file is logged; the last good plan stays.
"""

from __future__ import annotations

import random
from pathlib import Path
from time import monotonic

import msgspec

from omnitech_chassis.faults import NO_FAULTS, NOTHING, FaultPlan, Injection, decode, inject
from omnitech_chassis.logs import log

LOOK_EVERY_S = 0.2


class Faults:
    """The faults in force, and the dice that choose whom they hit."""

    def __init__(self, path: Path | None = None, seed: int | None = None) -> None:
        self._path = path
        self._dice = random.Random(seed)  # noqa: S311 -- chooses victims, keeps no secrets
        self._plan = NO_FAULTS
        self._seen: tuple[int, int] | None = None
        self._look_at = 0.0

    def plan(self) -> FaultPlan:
        if self._path is not None and monotonic() >= self._look_at:
            self._look_at = monotonic() + LOOK_EVERY_S
            self._look(self._path)
        return self._plan

    def draw(self, endpoint: str) -> Injection:
        """What to do to this request; `endpoint` is "METHOD /path"."""
        plan = self.plan()
        return NOTHING if plan is NO_FAULTS else inject(plan, endpoint, self._dice.random(), self._dice.random())

    def strikes(self, share: float) -> bool:
        return share > 0 and self._dice.random() < share

    def _look(self, path: Path) -> None:
        try:
            status = path.stat()
        except FileNotFoundError:
            self._plan, self._seen = NO_FAULTS, None
            return
        if (status.st_mtime_ns, status.st_size) == self._seen:
            return
        self._seen = (status.st_mtime_ns, status.st_size)
        try:
            self._plan = decode(path.read_bytes() or b"{}")
        except (OSError, msgspec.MsgspecError) as broken:
            log("faults").error("fault plan refused", file=str(path), reason=str(broken))
