"""Evidence in, a window in, evidence and a verdict out: the whole judge as one function.
`Evidence` is the checkpoint: small, storable, resumable to the digit. Nothing else is remembered anywhere.
"""

from __future__ import annotations

from msgspec import Struct

from serinus.judge.observation import Window
from serinus.judge.policy import Policy
from serinus.judge.verdict import Reason, Verdict, VerdictOutcome


class Evidence(Struct, frozen=True):
    """All that the judge remembers of a run."""

    complete_to: float = 0.0
    open_since: dict[str, float] = {}


class Stage(Struct, frozen=True):
    """Where the run stands: the step's weight in percent, and since when (epoch s) the router has it in force."""

    weight: int
    since: float


def judge(evidence: Evidence, window: Window, policy: Policy, stage: Stage) -> tuple[Evidence, Verdict]:
    """Fold the window's blocks into the evidence and say what it amounts to for this stage."""
    raise NotImplementedError((evidence, window, policy, stage))


def unavailable(evidence: Evidence, message: str) -> Verdict:
    """The verdict when the traces could not be read: ERROR holds, it never rolls back."""
    return Verdict(
        outcome=VerdictOutcome.ERROR,
        reason=Reason.TELEMETRY_GAP,
        sentence=message,
        complete_to=evidence.complete_to,
    )
