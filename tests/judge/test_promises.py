"""What the judge promises, measured on seeded traffic. A/A runs must stay below the bound that 1 % would exceed in
less than 1 of 200 tries; bench/judge.py holds the full figures.
"""

from __future__ import annotations

from statistics import median

import numpy as np
import pytest

from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.judge import Stage, judge
from serinus.judge.observation import Arm, Block, Window
from serinus.judge.policy import Gate, Policy
from serinus.judge.verdict import VerdictOutcome
from tests.judge.traffic import Course, Traffic, always, blocks, ramp

RUNS = 300
AT_MOST = 8  # P(more than 8 of 300 at 1 %) = 0.4 %


def drift_for_both(at: float) -> float:
    return 0.002 if at < 450 else 0.01


def found(traffic: Traffic, seed: int) -> float | None:
    return fold(Evidence(), Window(blocks(traffic, seed), 1e6), Policy(), 50, 0.0).found_at


@pytest.mark.parametrize("share", [always(0.001), always(0.01), drift_for_both], ids=["0.1 %", "1 %", "drift x5"])
def test_equal_versions_are_rarely_condemned_however_often_one_looks(share: Course) -> None:
    traffic = Traffic(stable=share, canary=share, weight=ramp, tick=20)
    assert sum(found(traffic, seed) is not None for seed in range(RUNS)) <= AT_MOST


def test_a_canary_exactly_at_the_gate_rarely_passes() -> None:
    gate = Policy(gates=(Gate(100, 0.01),))
    traffic = Traffic(stable=always(0.002), canary=always(1.5 * 0.002 + 0.01), weight=always(0.5), tick=20, minutes=5)
    passed = 0
    for seed in range(RUNS):
        evidence = Evidence()
        highest = 0.0
        for block in blocks(traffic, seed):
            evidence = fold(evidence, Window((block,), block.end), gate, 50, 0.0)
            highest = max(highest, evidence.gate_logs[0])
        passed += highest >= float(np.log(100))
    assert passed <= AT_MOST


@pytest.mark.parametrize(("stable", "canary"), [(19, 1), (9, 1), (3, 1), (1, 1), (10, 10)])
def test_a_dead_canary_is_found_within_ten_of_its_requests(stable: int, canary: int) -> None:
    evidence, blocks_needed = Evidence(), 0
    while evidence.found_at is None:
        start, blocks_needed = 5.0 * blocks_needed, blocks_needed + 1
        block = Block("GET /a", start, start + 5, canary / (stable + canary), Arm(stable), Arm(canary, canary))
        evidence = fold(evidence, Window((block,), start + 5), Policy(), 50, 0.0)
    assert blocks_needed * canary <= 10


@pytest.mark.parametrize("weight", [0.25, 0.5])
def test_five_percent_of_faults_are_found_within_a_few_hundred_requests(weight: float) -> None:
    traffic = Traffic(stable=always(0.001), canary=always(0.05), weight=always(weight), rate=40, tick=5, minutes=5)
    times = [found(traffic, seed) or 1e9 for seed in range(40)]
    assert median(times) * 40 <= 1000
    assert max(times) < 90


def test_harm_that_begins_after_half_an_hour_is_found_within_twice_the_time_it_takes_at_the_start() -> None:
    def late(at: float) -> float:
        return 0.01 if at >= 1800 else 0.001

    early = Traffic(stable=always(0.001), canary=always(0.01), weight=always(0.5), tick=5, minutes=5)
    later = Traffic(stable=always(0.001), canary=late, weight=always(0.5), tick=5, minutes=36)
    at_once = median(found(early, seed) or 1e9 for seed in range(15))
    delays = [(found(later, seed) or 1e9) - 1800 for seed in range(15)]
    assert min(delays) > 0
    assert median(delays) <= 2 * at_once + 5


def test_two_percent_on_both_sides_goes_through_every_step() -> None:
    assert outcome_of_steps(0.02, 0.02, seed=1) == [VerdictOutcome.PASS] * 4


def test_two_sound_versions_go_through_the_four_steps_within_two_minutes() -> None:
    evidence, at = Evidence(), 0.0
    for weight in (25, 50, 75, 100):
        evidence, _, at = step(evidence, weight, at, (0.0, 0.0), np.random.default_rng(weight))
    assert at <= 120


def outcome_of_steps(stable: float, canary: float, seed: int) -> list[VerdictOutcome]:
    evidence, at, outcomes, dice = Evidence(), 0.0, [], np.random.default_rng(seed)
    for weight in (25, 50, 75, 100):
        evidence, outcome, at = step(evidence, weight, at, (stable, canary), dice)
        outcomes.append(outcome)
    return outcomes


def step(
    evidence: Evidence, weight: int, at: float, shares: tuple[float, float], dice: np.random.Generator
) -> tuple[Evidence, VerdictOutcome, float]:
    """Forty requests a second until the step is decided; at most half an hour."""
    since = at
    while at - since < 1800:
        asked = int(dice.binomial(200, weight / 100))
        stable, canary = (
            Arm(n, int(dice.binomial(n, share))) for n, share in zip((200 - asked, asked), shares, strict=True)
        )
        block = Block("GET /a", at, at + 5, weight / 100, stable, canary)
        at += 5
        evidence, verdict = judge(evidence, Window((block,), at), Policy(), Stage(weight, since))
        if verdict.outcome is not VerdictOutcome.INSUFFICIENT:
            return evidence, verdict.outcome, at
    return evidence, VerdictOutcome.INSUFFICIENT, at
