from __future__ import annotations

import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.blocks import close_blocks
from serinus.judge.judge import Evidence, Stage, judge, unavailable
from serinus.judge.observation import Arm, Block, Observation, Outcome, Variant, WeightChange, Window
from serinus.judge.policy import Gate, Policy
from serinus.judge.verdict import Reason, Verdict, VerdictOutcome
from tests.judge.streams import STARTED, TICK

BADNESS = {VerdictOutcome.PASS: 0, VerdictOutcome.INSUFFICIENT: 1, VerdictOutcome.FAIL: 2}
arms = st.integers(0, 120).flatmap(lambda n: st.builds(Arm, st.just(n), st.integers(0, min(n, 6))))
weights = st.sampled_from([0.25, 0.5, 1.0])
rows = st.lists(st.tuples(st.sampled_from(["GET /a", "POST /b"]), arms, arms), min_size=1, max_size=8)
LENIENT = Policy(gates=(Gate(100, 0.05),), min_requests=20)


def judged(blocks: list[Block], weight: float, policy: Policy) -> Verdict:
    return judge(Evidence(), Window(tuple(blocks), 1000.0), policy, Stage(round(weight * 100), 0.0))[1]


@settings(deadline=None, max_examples=50)
@given(rows, weights, st.data())
def test_a_worse_canary_never_gets_a_better_verdict(
    stream: list[tuple[str, Arm, Arm]], weight: float, data: st.DataObject
) -> None:
    good = [Block(name, at * 5.0, at * 5.0 + 5, weight, v1, v2) for at, (name, v1, v2) in enumerate(stream)]
    place = data.draw(st.integers(0, len(good) - 1))
    canary = good[place].canary
    faults = data.draw(st.integers(canary.faults, canary.requests))
    bad = [*good]
    bad[place] = msgspec.structs.replace(good[place], canary=Arm(canary.requests, faults))
    for policy in (Policy(), LENIENT):
        assert BADNESS[judged(bad, weight, policy).outcome] >= BADNESS[judged(good, weight, policy).outcome]


def test_arrivals_in_another_order_give_the_same_bytes() -> None:
    dice = random.Random(3)
    items = [
        Observation(
            STARTED + dice.random() * 60,
            dice.choice([Variant.STABLE, Variant.CANARY]),
            dice.choice(["GET /a", "POST /b"]),
            dice.choice([Outcome.OK, Outcome.FAULT]),
            0.1,
            f"1-{number}",
        )
        for number in range(600)
    ]
    told = (WeightChange(STARTED, 0.5, STARTED),)
    answers = set()
    for _ in range(3):
        dice.shuffle(items)
        window = close_blocks(items, {}, told, STARTED, STARTED + 60, TICK)
        answers.add(msgspec.json.encode(judge(Evidence(), window, Policy(), Stage(50, STARTED))))
    assert len(answers) == 1


def test_without_traces_nothing_is_decided() -> None:
    evidence, verdict = judge(Evidence(), Window((), 10.0, {"GET /a": 5.0}), Policy(), Stage(25, 0.0))
    assert (verdict.outcome, verdict.reason) == (VerdictOutcome.INSUFFICIENT, Reason.INSUFFICIENT_TRACES)
    assert (evidence.complete_to, evidence.open_since) == (10.0, {"GET /a": 5.0})


def test_unreadable_traces_are_an_error_which_holds() -> None:
    verdict = unavailable(Evidence(complete_to=7.0), "X-Ray cannot be reached")
    assert (verdict.outcome, verdict.reason, verdict.complete_to) == (VerdictOutcome.ERROR, Reason.TELEMETRY_GAP, 7.0)


def test_a_verdict_survives_json_to_the_digit() -> None:
    verdict = judged([Block("GET /a", 0.0, 5.0, 0.25, Arm(300, 1), Arm(100, 7))], 0.25, Policy())
    assert msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict) == verdict
