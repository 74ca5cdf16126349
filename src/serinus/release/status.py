"""Where a release stands: all that is remembered between two passes, beside the run's record.
In: nothing. Out: phases and the status that `decide` writes and the next World brings back.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Phase(StrEnum):
    """The states of the transition table in transitions.py."""

    IDLE = "Idle"
    SCALING = "Scaling"
    ROUTING = "Routing"
    ANALYSING = "Analysing"
    AWAITING_APPROVAL = "AwaitingApproval"
    BAKING = "Baking"
    RETIRING = "Retiring"
    PROMOTED = "Promoted"
    RESTORING = "Restoring"
    ROLLING_BACK = "RollingBack"
    DRAINING = "Draining"
    ROLLED_BACK = "RolledBack"


class Status(Struct, frozen=True):
    """Times in epoch s. `step` counts from 0. `weight`: percent asked for. `size`: replicas the service needs, as seen
    when the run began. `since`: when the phase began. `judged_since`: when the router confirmed the step's weight.
    `answered`: id of the last command dealt with. `held`: past its deadline, waits for evidence or a person.
    `full`: a person asked to promote without judging the steps left.
    """

    phase: Phase = Phase.IDLE
    run: int = 0
    step: int = 0
    weight: int = 0
    size: int = 0
    since: float = 0.0
    judged_since: float = 0.0
    paused: bool = False
    held: bool = False
    full: bool = False
    canary_version: str = ""
    stable_version: str = ""
    promoted: str = ""
    rejected: tuple[str, ...] = ()
    answered: str = ""
    reason: str = ""
    message: str = ""
