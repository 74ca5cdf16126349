"""Calls that no version answered condemn nobody, and are held against a canary that would pass."""

from __future__ import annotations

from serinus.judge.blocks import close_blocks
from serinus.judge.evidence import Evidence
from serinus.judge.judge import Stage, judge
from serinus.judge.observation import Arm, Block, Observation, Outcome, Variant, WeightChange, Window
from serinus.judge.policy import Policy
from serinus.judge.verdict import Verdict, VerdictOutcome
from tests.judge.streams import STARTED


def judged(unanswered: int, ticks: int = 12, *, weight: int = 50) -> Verdict:
    """A hundred requests to each version in a block, none of them a fault."""
    share = weight / 100
    blocks = tuple(
        Block(
            "GET /a", 5.0 * at, 5.0 * at + 5, share, Arm(round(200 * (1 - share))), Arm(round(200 * share)), unanswered
        )
        for at in range(ticks)
    )
    return judge(Evidence(), Window(blocks, 5.0 * ticks), Policy(warm_up=0.0), Stage(weight, 0.0))[1]


def test_a_step_waits_and_says_for_what() -> None:
    assert judged(0).outcome is VerdictOutcome.PASS
    verdict = judged(2)

    assert verdict.outcome is VerdictOutcome.INSUFFICIENT
    assert verdict.unanswered == 24
    assert "24 calls failed and left no trace of either version" in verdict.sentence


def test_they_are_no_evidence_against_the_canary_or_for_it() -> None:
    assert judged(90, 60).e_total == judged(0, 60).e_total
    assert judged(90, 60).outcome is VerdictOutcome.INSUFFICIENT


def test_a_few_in_many_do_not_stop_a_step_for_ever() -> None:
    blocks = tuple(Block("GET /a", 5.0 * at, 5.0 * at + 5, 0.5, Arm(100), Arm(100), int(at == 3)) for at in range(60))
    verdict = judge(Evidence(), Window(blocks, 300.0), Policy(warm_up=0.0), Stage(50, 0.0))[1]
    assert verdict.outcome is VerdictOutcome.PASS


def test_at_100_percent_they_are_the_canarys() -> None:
    assert judged(0, weight=100).outcome is not VerdictOutcome.FAIL
    verdict = judged(20, weight=100)
    assert verdict.outcome is VerdictOutcome.INSUFFICIENT
    assert "the canary faults 9.1 %" in verdict.sentence


def test_each_is_counted_once_in_its_block_and_closes_none() -> None:
    items = [
        Observation(STARTED + 1 + n % 2, Variant.NOBODY, "GET /a", Outcome.MISSING, 0.0, f"1-{n % 8}")
        for n in range(16)
    ]
    weights = [WeightChange(STARTED, 0.5, STARTED)]
    assert close_blocks(items, {}, weights, STARTED, STARTED + 30, 5.0).blocks == ()
    (block,) = close_blocks(items, {}, weights, STARTED, STARTED + 90, 5.0).blocks
    assert (block.unanswered, block.stable.requests, block.canary.requests) == (8, 0, 0)
