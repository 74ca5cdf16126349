"""Versions that are not recorded alike do not pass; what is known of recording and lag is in the verdict."""

from __future__ import annotations

import pytest

from serinus.judge import sentences
from serinus.judge.evidence import Evidence
from serinus.judge.judge import Stage, judge
from serinus.judge.observation import Arm, Block, Routed, Window
from serinus.judge.policy import Policy
from serinus.judge.sentences import seen_up_to
from serinus.judge.verdict import Reason, Recorded, Verdict, VerdictOutcome

POLICY = Policy(warm_up=0.0)


def judged(stable: Arm, canary: Arm, routed: Routed | None, ticks: int = 30) -> Verdict:
    """At a weight of 25 %, in blocks of 5 s; the look comes 7.5 s after the traces are complete."""
    blocks = tuple(Block("GET /a", 5.0 * at, 5.0 * at + 5, 0.25, stable, canary) for at in range(ticks))
    stage = Stage(25, 0.0, 5.0 * ticks + 7.5, routed)
    return judge(Evidence(), Window(blocks, 5.0 * ticks), POLICY, stage)[1]


def test_the_verdict_says_how_many_requests_are_recorded_and_how_old_the_traces_are() -> None:
    verdict = judged(Arm(72), Arm(24), Routed(2362, 787, 157.5))

    assert verdict.outcome is VerdictOutcome.PASS
    assert verdict.lag == 7.5
    assert verdict.sampling is not None
    assert verdict.sampling.alike is True
    assert verdict.sampling.stable == pytest.approx(0.96, abs=0.001)
    assert verdict.sampling.canary == pytest.approx(0.96, abs=0.001)
    assert seen_up_to(verdict) == (
        "The traces are complete up to 8 s before this look; of what the router sent, the traces show 96.0 % of "
        "stable's and 96.1 % of the canary's."
    )


def test_a_router_that_does_not_count_leaves_the_rate_unknown() -> None:
    verdict = judged(Arm(75), Arm(25), None)
    assert (verdict.outcome, verdict.sampling) == (VerdictOutcome.PASS, None)
    assert "how many are recorded is unknown" in seen_up_to(verdict)
    assert seen_up_to(judge(Evidence(), Window((), 5.0), POLICY, Stage(25, 0.0))[1]) == ""


def test_versions_that_are_sampled_at_different_rates_are_refused_with_both_rates() -> None:
    verdict = judged(Arm(15), Arm(25), Routed(2362, 787, 157.5))

    assert (verdict.outcome, verdict.reason) == (VerdictOutcome.INSUFFICIENT, Reason.UNEQUAL_SAMPLING)
    assert "the traces show 20.0 % of stable's and 100.0 % of the canary's" in verdict.sentence


def test_one_low_rate_for_both_is_fine() -> None:
    verdict = judged(Arm(6), Arm(2), Routed(2362, 787, 157.5), ticks=300)
    assert verdict.reason is not Reason.UNEQUAL_SAMPLING


def test_a_wrong_split_of_the_routers_own_is_not_taken_for_sampling() -> None:
    verdict = judged(Arm(60), Arm(40), Routed(1890, 1260, 157.5))
    assert verdict.reason is Reason.SPLIT_MISMATCH


def test_harm_is_found_however_the_versions_are_recorded() -> None:
    verdict = judged(Arm(15), Arm(25, 10, examples=("1-a",)), Routed(2362, 787, 157.5))
    assert verdict.outcome is VerdictOutcome.FAIL


def test_a_version_that_was_sent_nothing_has_no_rate_and_nothing_is_compared() -> None:
    found = judged(Arm(), Arm(100), Routed(0, 3150, 157.5)).sampling
    assert found == Recorded(None, 1.0, 1.0, None)
    assert sentences.recorded(found) == "of what the router sent, the traces show 100.0 % of the canary's"
    assert sentences.recorded(Recorded(None, None, 1.0, None)) == "the router has sent nothing yet"


def test_nothing_is_said_before_time_has_passed() -> None:
    assert judged(Arm(75), Arm(25), Routed(10, 10, 0.0)).sampling is None


def test_different_sampling_rules_are_refused_and_named() -> None:
    verdict = judged(Arm(75, rules=("Default",)), Arm(25, rules=("canary-100", "x")), None)
    assert verdict.reason is Reason.UNEQUAL_SAMPLING
    assert "stable's requests by the sampling rule Default, the canary's by canary-100, x" in verdict.sentence


@pytest.mark.parametrize(
    ("stable", "canary"), [((), ()), (("a",), ()), (("a", "b"), ("b",))], ids=["none", "one only", "in common"]
)
def test_rules_that_may_be_the_same_refuse_nothing(stable: tuple[str, ...], canary: tuple[str, ...]) -> None:
    assert judged(Arm(75, rules=stable), Arm(25, rules=canary), None).outcome is VerdictOutcome.PASS


def test_few_requests_by_different_rules_are_no_reason_yet() -> None:
    verdict = judged(Arm(75, rules=("a",)), Arm(2, rules=("b",)), None, ticks=3)
    assert verdict.reason is not Reason.UNEQUAL_SAMPLING
