"""Requests that miss an objective whichever version they reach hold the ramp; those of one version do not."""

from __future__ import annotations

import msgspec
import pytest

from serinus.judge.arms import arm
from serinus.judge.evidence import Evidence
from serinus.judge.judge import Stage, judge
from serinus.judge.observation import Arm, Block, Entry, Observation, Outcome, Variant, Window
from serinus.judge.policy import Objective, Policy
from serinus.judge.verdict import Reason, Verdict, VerdictOutcome

POLICY = Policy(warm_up=0.0, objective=Objective(entry={"p95": 1.0}))


def side(variant: Variant, entry_s: float, outcome: Outcome = Outcome.OK, *, number: int = 40) -> Arm:
    """Requests answered within 50 ms whose entries took `entry_s` seconds."""
    entry = Entry("POST /user", outcome, entry_s, "db")
    return arm(
        Observation(1.0, variant, "POST /send", Outcome.OK, 0.05, f"{variant}-{n}", entry=entry) for n in range(number)
    )


def judged(stable: Arm, canary: Arm, policy: Policy = POLICY, ticks: int = 30) -> Verdict:
    blocks = tuple(Block("POST /send", 5.0 * at, 5.0 * at + 5, 0.5, stable, canary) for at in range(ticks))
    return judge(Evidence(), Window(blocks, 5.0 * ticks), policy, Stage(50, 0.0))[1]


def test_a_slow_dependency_of_the_entry_holds_and_is_named() -> None:
    verdict = judged(side(Variant.STABLE, 2.0), side(Variant.CANARY, 3.0))

    assert (verdict.outcome, verdict.reason) == (VerdictOutcome.INSUFFICIENT, Reason.SHARED_HARM)
    assert verdict.missed is not None
    assert verdict.missed.entry in verdict.sentence
    assert verdict.sentence.startswith("POST /user misses the objective whichever version it reaches: ")
    assert "p95 2" in verdict.sentence
    assert "They wait for db most." in verdict.sentence
    assert "the weight stays" in verdict.sentence


def test_what_entries_take_is_no_evidence_against_the_canary() -> None:
    assert judged(side(Variant.STABLE, 2.0), side(Variant.CANARY, 9.0)).e_total < 1


def test_entries_that_fail_through_both_versions_hold_whatever_their_latency() -> None:
    faulty = (side(Variant.STABLE, 0.1, Outcome.FAULT), side(Variant.CANARY, 0.1, Outcome.FAULT))
    verdict = judged(*faulty, Policy(warm_up=0.0))
    assert verdict.reason is Reason.SHARED_HARM
    assert verdict.e_total < 1
    assert "faults 100.0 % and 100.0 %, at most 5.0 % wanted" in verdict.sentence


def test_a_canary_whose_answers_make_those_who_asked_fail_is_harm_although_it_faults_never() -> None:
    verdict = judged(side(Variant.STABLE, 0.1), side(Variant.CANARY, 0.1, Outcome.FAULT))
    assert verdict.outcome is VerdictOutcome.FAIL
    assert verdict.sentence.startswith("Harm found: faults of who asked 0.0 % → 100.0 %")
    assert verdict.examples


@pytest.mark.parametrize(
    ("stable", "canary", "policy"),
    [
        (side(Variant.STABLE, 0.2), side(Variant.CANARY, 2.0), POLICY),
        (side(Variant.STABLE, 2.0), side(Variant.CANARY, 0.2), POLICY),
        (side(Variant.STABLE, 2.0), side(Variant.CANARY, 2.0), Policy(warm_up=0.0)),
    ],
    ids=["slow through the canary only", "through stable only", "no objective"],
)
def test_one_version_alone_or_no_objective_does_not_hold(stable: Arm, canary: Arm, policy: Policy) -> None:
    assert judged(stable, canary, policy).outcome is VerdictOutcome.PASS


def test_the_ramp_goes_on_when_the_dependency_is_well_again() -> None:
    slow, well = ((side(Variant.STABLE, took), side(Variant.CANARY, took)) for took in (2.0, 0.1))
    times = [(5.0 * at, slow if at < 10 else well) for at in range(80)]
    blocks = tuple(Block("POST /send", at, at + 5, 0.5, *sides) for at, sides in times)
    verdict = judge(Evidence(), Window(blocks, 400.0), POLICY, Stage(50, 0.0))[1]
    assert verdict.outcome is VerdictOutcome.PASS


def test_what_is_remembered_of_entries_stays_small_and_survives_a_restart() -> None:
    blocks = tuple(
        Block(
            "POST /send", 5.0 * at, 5.0 * at + 5, 0.5, side(Variant.STABLE, 0.1 + at / 100), side(Variant.CANARY, 2.0)
        )
        for at in range(200)
    )
    whole = judge(Evidence(), Window(blocks, 1000.0), POLICY, Stage(50, 0.0))
    half = judge(Evidence(), Window(blocks[:77], 385.0), POLICY, Stage(50, 0.0))[0]
    again = msgspec.json.decode(msgspec.json.encode(half), type=Evidence)

    assert judge(again, Window(blocks[77:], 1000.0), POLICY, Stage(50, 0.0)) == whole
    assert len(msgspec.json.encode(whole[0].endpoints["POST /send"].entrance)) < 2000
