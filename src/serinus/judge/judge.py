"""Evidence in, a window in, evidence and a verdict out: the whole judge as one function.
`Evidence` is the checkpoint: small, storable, resumable to the digit. Nothing else is remembered anywhere.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from serinus.judge.decide import decide
from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.observation import Routed, Window
from serinus.judge.policy import Policy
from serinus.judge.verdict import Reason, Verdict, VerdictOutcome

__all__ = ["Evidence", "Stage", "judge", "unavailable"]


class Stage(Struct, frozen=True):
    """Where the run stands: the step's weight in percent, and since when (epoch s) the router has it in force.
    `looked`: when the traces were asked for; `routed`: what the router has counted since, None where it does not count.
    """

    weight: int
    since: float
    looked: float | None = None
    routed: Routed | None = None


def judge(evidence: Evidence, window: Window, policy: Policy, stage: Stage) -> tuple[Evidence, Verdict]:
    """Fold the window's blocks into the evidence and say what it amounts to for this stage."""
    evidence = fold(evidence, window, policy, stage.weight, stage.since)
    assert evidence.stage is not None
    evidence = replace(evidence, stage=replace(evidence.stage, looked=stage.looked, routed=stage.routed))
    return evidence, decide(evidence, policy, stage.weight)


def unavailable(evidence: Evidence, message: str) -> Verdict:
    """The verdict when the traces could not be read: ERROR holds, it never rolls back."""
    return Verdict(
        outcome=VerdictOutcome.ERROR,
        reason=Reason.TELEMETRY_GAP,
        sentence=message,
        complete_to=evidence.complete_to,
    )
