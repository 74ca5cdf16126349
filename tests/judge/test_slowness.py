"""Slower canaries, slower everything, and 4xx: what the verdict says of them."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.judge import Stage, judge
from serinus.judge.observation import Arm, Block, Window
from serinus.judge.policy import Gate, Objective, Policy
from serinus.judge.sentences import SAID
from serinus.judge.verdict import Check, Reason, Verdict, VerdictOutcome

POLICY = Policy(warm_up=0.0)


def arm(dice: np.random.Generator, requests: int, slower: float = 0.0, share: float = 1.0, errors: int = 0) -> Arm:
    """About 50 ms each; `slower` seconds more for a `share` of them."""
    seconds = np.exp(np.log(0.05) + 0.3 * dice.standard_normal(requests)) + slower * (dice.random(requests) < share)
    bins, counts = np.unique(np.floor(np.log(seconds) / np.log(1.02)).astype(int), return_counts=True)
    return Arm(requests, errors=errors, latency=tuple(zip(bins.tolist(), counts.tolist(), strict=True)))


def judged(
    stable: float, canary: float, policy: Policy = POLICY, share: float = 1.0, ticks: int = 24, names: str = "ab"
) -> Verdict:
    """The last of `names` is harmed, the others are sound."""
    dice, blocks = np.random.default_rng(7), []
    for tick in range(ticks):
        for name in names:
            more = canary if name == names[-1] else stable
            arms = (arm(dice, 100, stable), arm(dice, 100, more, share if more > stable else 1.0))
            blocks.append(Block(f"GET /{name}", 5.0 * tick, 5.0 * tick + 5, 0.5, *arms))
    return judge(Evidence(), Window(tuple(blocks), 5.0 * ticks), policy, Stage(50, 0.0))[1]


def latency(verdict: Verdict) -> list[Check]:
    return [check for check in verdict.checks if check.name == "latency"]


def test_a_slow_endpoint_is_condemned_by_name_with_its_quantiles() -> None:
    verdict = judged(0.0, 0.2)
    assert (verdict.outcome, verdict.reason) == (VerdictOutcome.FAIL, Reason.HARM_FOUND)
    assert verdict.sentence.startswith("Harm found at GET /b: latency p50 ")
    (proven,) = (check for check in latency(verdict) if check.stratum)
    assert proven.quantiles is not None
    assert proven.quantiles.canary > proven.quantiles.stable + 0.15
    assert proven.difference.low > 0
    assert proven.e_fail >= proven.decisive


def test_two_hundred_milliseconds_in_one_of_a_hundred_requests_are_found() -> None:
    verdict = judged(0.0, 0.2, share=0.01, ticks=60, names="a")
    assert verdict.outcome is VerdictOutcome.FAIL
    assert "latency p99" in verdict.sentence


def test_where_no_endpoint_is_proven_alone_the_one_with_most_of_the_evidence_is_told_of_with_its_cut() -> None:
    """Stable's first answers are slow: what was expected of it then tells little, and is not shown."""
    dice, evidence, verdict = np.random.default_rng(0), Evidence(), None
    for tick in range(200):
        slow, start = (0.06 if tick < 5 else 0.0), float(tick)
        seldom = Block("GET /a", start, start + 1, 0.5, arm(dice, 3), arm(dice, 3, 0.2, 0.01))
        often = Block("GET /b", start, start + 1, 0.5, arm(dice, 40, slow, 0.2), arm(dice, 40, 0.2, 0.01))
        evidence, verdict = judge(evidence, Window((seldom, often), start + 1), POLICY, Stage(50, 0.0))
        if verdict.outcome is VerdictOutcome.FAIL:
            break
    assert verdict is not None
    assert verdict.sentence.startswith("Harm found, most of it at GET /b: latency p99.9 ")
    assert "pp" not in verdict.sentence
    assert f"after {40 * tick + 40:,} canary requests" in verdict.sentence
    told = next(check for check in latency(verdict) if check.stratum == "GET /b")
    assert told.outcome is VerdictOutcome.INSUFFICIENT
    assert told.stable.value <= 0.001 == pytest.approx(told.limit)
    assert told.canary.value > 0.005


def test_no_step_passes_before_the_tail_is_shown_to_be_no_slower_than_tolerated() -> None:
    harmed = [judged(0.0, 0.2, share=0.01, ticks=ticks, names="a") for ticks in range(10, 40)]
    undecided = [verdict for verdict in harmed if verdict.outcome is not VerdictOutcome.FAIL]
    assert {verdict.outcome for verdict in undecided} == {VerdictOutcome.INSUFFICIENT}
    assert "p99" in undecided[-1].sentence
    sound = judged(0.0, 0.0, ticks=30, names="a")
    assert sound.outcome is VerdictOutcome.PASS
    (tail,) = (check for check in sound.checks if check.name == "tail")
    assert (tail.outcome, tail.needed) == (VerdictOutcome.PASS, None)
    assert tail.e_pass >= 100


def test_what_the_tail_still_lacks_is_said_in_requests_and_time() -> None:
    dice = np.random.default_rng(2)
    cold = [Block("GET /a", 5.0 * at, 5.0 * at + 5, 0.5, arm(dice, 300), arm(dice, 300)) for at in range(5)]
    verdict = judge(Evidence(), Window(tuple(cold), 25.0), Policy(warm_up=20.0), Stage(50, 0.0))[1]
    assert (verdict.outcome, verdict.reason) == (VerdictOutcome.INSUFFICIENT, Reason.UNDECIDED)
    assert verdict.needed is not None
    assert f"≈ {verdict.needed:,} more canary requests, ≈ " in verdict.sentence
    assert "until p99 as slow as tolerated at most can be shown" in verdict.sentence


def test_while_a_weight_is_new_it_says_from_when_on_latencies_are_compared() -> None:
    asked = Policy(warm_up=20.0, gates=(Gate(100, 0.02),))
    dice = np.random.default_rng(2)
    cold = [Block("GET /a", 5.0 * at, 5.0 * at + 5, 0.5, arm(dice, 300), arm(dice, 300)) for at in range(3)]
    verdict = judge(Evidence(), Window(tuple(cold), 15.0), asked, Stage(50, 0.0))[1]
    assert verdict.reason is Reason.UNDECIDED
    assert verdict.sentence == "Not enough yet: latencies are compared from 20 s after a change of weight on, in ≈ 5 s."


def test_equal_and_tolerably_slower_versions_pass() -> None:
    for more in (0.0, 0.015):
        assert judged(0.0, more).outcome is VerdictOutcome.PASS


def test_a_named_quantile_must_be_shown_before_a_step_passes() -> None:
    asked = Policy(warm_up=0.0, latency={"p50": 1.3, "p99": 1.5}, gates=(Gate(100, 0.1),))
    early, late = judged(0.0, 0.0, asked, ticks=2), judged(0.0, 0.0, asked, ticks=60)
    assert (early.outcome, early.reason) == (VerdictOutcome.INSUFFICIENT, Reason.UNDECIDED)
    assert "p99 within 1.5" in early.sentence
    assert late.outcome is VerdictOutcome.PASS
    assert [check.outcome for check in latency(late)] == [VerdictOutcome.PASS] * 2


def test_what_slows_both_freezes_the_ramp_and_condemns_nobody() -> None:
    verdict = judged(1.5, 1.5)
    assert (verdict.outcome, verdict.reason) == (VerdictOutcome.INSUFFICIENT, Reason.SHARED_HARM)
    assert verdict.missed is not None
    assert (verdict.missed.metric, verdict.missed.limit, verdict.missed.entry) == ("p95", 1.0, "")
    assert "p95 1.6" in verdict.sentence
    calm = Policy(warm_up=0.0, objective=Objective(latency={"p95": 5.0}))
    assert judged(1.5, 1.5, calm).outcome is VerdictOutcome.PASS


def test_faults_on_both_sides_beyond_the_objective_freeze_the_ramp() -> None:
    blocks = tuple(Block("GET /a", 5.0 * at, 5.0 * at + 5, 0.5, Arm(100, 20), Arm(100, 20)) for at in range(9))
    verdict = judge(Evidence(), Window(blocks, 45.0), POLICY, Stage(50, 0.0))[1]
    assert verdict.reason is Reason.SHARED_HARM
    assert "faults 20.0 % and 20.0 %, at most 5.0 %" in verdict.sentence


def test_latencies_right_after_a_change_of_weight_count_for_neither() -> None:
    dice = np.random.default_rng(1)
    cold = Block("GET /a", 0.0, 5.0, 0.5, arm(dice, 100), arm(dice, 100, 3.0))
    warm = tuple(Block("GET /a", at, at + 5.0, 0.5, arm(dice, 100), arm(dice, 100)) for at in (10.0, 15.0, 20.0))
    evidence = fold(Evidence(), Window((cold, *warm), 25.0), Policy(), 50, 0.0)
    assert evidence.found_at is None
    assert evidence.latencies.beyond["p50"].requests == 400


@pytest.mark.parametrize("metric", ["errors", "throttles", "missing", "callers"])
def test_other_outcomes_that_the_canary_alone_has_are_harm_too(metric: str) -> None:
    harmed = replace(Arm(100), **{metric: 20})
    blocks = tuple(Block("GET /a", 5.0 * at, 5.0 * at + 5, 0.5, Arm(100), harmed) for at in range(6))
    verdict = judge(Evidence(), Window(blocks, 30.0), POLICY, Stage(50, 0.0))[1]
    assert verdict.outcome is VerdictOutcome.FAIL
    assert f"{SAID.get(metric, metric)} 0.0 % → 20.0 %" in verdict.sentence
    assert verdict.e_total >= 100
