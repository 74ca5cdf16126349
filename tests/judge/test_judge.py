from __future__ import annotations

from serinus.judge.judge import Evidence, Stage, judge, unavailable
from serinus.judge.observation import Window
from serinus.judge.policy import Policy
from serinus.judge.verdict import Reason, VerdictOutcome


def test_without_traces_nothing_is_decided() -> None:
    evidence, verdict = judge(Evidence(), Window((), 10.0, {"GET /a": 5.0}), Policy(), Stage(25, 0.0))
    assert (verdict.outcome, verdict.reason) == (VerdictOutcome.INSUFFICIENT, Reason.INSUFFICIENT_TRACES)
    assert (evidence.complete_to, evidence.open_since) == (10.0, {"GET /a": 5.0})


def test_unreadable_traces_are_an_error_which_holds() -> None:
    verdict = unavailable(Evidence(complete_to=7.0), "X-Ray cannot be reached")
    assert (verdict.outcome, verdict.reason, verdict.complete_to) == (VerdictOutcome.ERROR, Reason.TELEMETRY_GAP, 7.0)
