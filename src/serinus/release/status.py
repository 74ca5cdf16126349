"""Where a release stands: all that is remembered between two passes, beside the run's record.
In: nothing. Out: phases and the status that `decide` writes and the next World brings back.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Phase(StrEnum):
    """The states of the transition table in decide.py."""

    IDLE = "Idle"
    SCALING = "Scaling"
    ROUTING = "Routing"
    ANALYSING = "Analysing"
    AWAITING_APPROVAL = "AwaitingApproval"
    PAUSED = "Paused"
    HELD = "Held"
    BAKING = "Baking"
    PROMOTED = "Promoted"
    RESTORING = "Restoring"
    ROLLING_BACK = "RollingBack"
    ROLLED_BACK = "RolledBack"


class Status(Struct, frozen=True):
    """Times in epoch s. `step` counts from 0. `weight`: percent now asked for. `size`: replicas of the service,
    taken from stable when the run began. `answered`: id of the last request dealt with.
    """

    phase: Phase = Phase.IDLE
    run: int = 0
    step: int = 0
    weight: int = 0
    size: int = 0
    since: float = 0.0
    step_since: float = 0.0
    judged_since: float = 0.0
    resume_phase: Phase | None = None
    canary_version: str = ""
    stable_version: str = ""
    promoted: str = ""
    rejected: tuple[str, ...] = ()
    answered: str = ""
    reason: str = ""
    message: str = ""
