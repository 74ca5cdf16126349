"""Each row of the decision, from counts that a person could have written down."""

from __future__ import annotations

import pytest

from serinus.judge.decide import decide
from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.judge import Stage, judge
from serinus.judge.observation import Arm, Block, Routed, Window
from serinus.judge.policy import Policy
from serinus.judge.verdict import Reason, Verdict, VerdictOutcome


def verdict(*rows: tuple[Arm, Arm], weight: float | None = 0.5, stage: int = 50, names: str = "a") -> Verdict:
    window = Window(
        tuple(
            Block(f"GET /{names[place % len(names)]}", 5.0 * place, 5.0 * place + 5, weight, stable, canary)
            for place, (stable, canary) in enumerate(rows)
        ),
        100.0,
    )
    return decide(fold(Evidence(), window, Policy(), stage, 0.0), Policy(), stage)


def test_harm_fails_with_its_traces_worst_endpoint_first() -> None:
    found = verdict(
        (Arm(500), Arm(500, 1, examples=("1-a",))),
        (Arm(100), Arm(100, 50, examples=("1-b", "1-c"))),
        (Arm(500), Arm(500, 1, examples=("1-d",))),
        names="ab",
    )
    assert (found.outcome, found.reason) == (VerdictOutcome.FAIL, Reason.HARM_FOUND)
    assert found.sentence.startswith("Harm found at GET /b")
    assert found.examples == ("1-b", "1-c", "1-d", "1-a")


def test_a_canary_shown_within_the_gate_passes() -> None:
    found = verdict((Arm(1200), Arm(1200)))
    assert (found.outcome, found.reason, found.needed) == (VerdictOutcome.PASS, Reason.WITHIN_MARGIN, None)
    assert found.split is not None
    assert found.split.agrees is True


def test_too_little_is_undecided_and_says_how_much_is_missing() -> None:
    found = verdict((Arm(200), Arm(200)))
    assert (found.outcome, found.reason) == (VerdictOutcome.INSUFFICIENT, Reason.UNDECIDED)
    assert found.needed is not None
    assert f"≈ {found.needed:,} more canary requests" in found.sentence


def test_a_wrong_split_holds_and_neither_passes_nor_rolls_back() -> None:
    found = verdict((Arm(3000), Arm(2000)))
    assert (found.outcome, found.reason) == (VerdictOutcome.INSUFFICIENT, Reason.SPLIT_MISMATCH)


def test_harm_counts_though_the_split_is_wrong() -> None:
    assert verdict((Arm(3000), Arm(2000, 300))).outcome is VerdictOutcome.FAIL


def test_a_split_not_seen_yet_does_not_pass() -> None:
    found = verdict((Arm(1200), Arm(1200)), weight=None)
    assert (found.outcome, found.reason) == (VerdictOutcome.INSUFFICIENT, Reason.SPLIT_UNVERIFIED)


def test_an_endpoint_the_canary_was_never_asked_for_does_not_pass() -> None:
    found = verdict((Arm(1100), Arm(1200)), (Arm(100), Arm(0)), names="ab")
    assert (found.outcome, found.reason) == (VerdictOutcome.INSUFFICIENT, Reason.INSUFFICIENT_TRACES)
    assert "GET /b" in found.sentence


def test_an_endpoint_hardly_ever_asked_may_wait() -> None:
    found = verdict((Arm(1200), Arm(1200)), (Arm(20), Arm(0)), names="ab")
    assert found.outcome is VerdictOutcome.PASS


def test_the_same_fault_on_both_sides_is_no_evidence_against_the_canary() -> None:
    rows = [(Arm(100, 2), Arm(100, 2))] * 40
    assert verdict(*rows).outcome is VerdictOutcome.PASS


@pytest.mark.parametrize(
    ("canary", "outcome", "reason"),
    [
        (Arm(49), VerdictOutcome.INSUFFICIENT, Reason.UNDECIDED),
        (Arm(60), VerdictOutcome.PASS, Reason.WITHIN_MARGIN),
        (Arm(60, 30), VerdictOutcome.INSUFFICIENT, Reason.UNDECIDED),
    ],
)
def test_at_full_weight_the_least_requests_decide_unless_the_canary_is_plainly_worse_than_stable_was(
    canary: Arm, outcome: VerdictOutcome, reason: Reason
) -> None:
    found = verdict((Arm(), canary), weight=1.0, stage=100)
    assert (found.outcome, found.reason) == (outcome, reason)
    if canary.requests >= 50:
        assert "left to compare with" in found.sentence


def test_at_full_weight_requests_to_stable_hold() -> None:
    found = verdict((Arm(30), Arm(300)), weight=1.0, stage=100)
    assert found.reason is Reason.SPLIT_MISMATCH


def test_what_is_missing_is_said_in_time_too() -> None:
    found = verdict((Arm(200), Arm(200)))
    assert found.needed is not None
    assert f"≈ {found.needed:,} more canary requests, ≈ " in found.sentence
    assert "at today's traffic" in found.sentence


def test_where_the_router_counts_its_rate_is_todays_traffic() -> None:
    """Few of the canary's requests are in closed blocks right after a change of weight."""
    stage = Stage(50, 0.0, routed=Routed(stable=400, canary=400, seconds=20.0))
    block = Block("GET /a", 0.0, 5.0, 0.5, Arm(5), Arm(5))
    found = judge(Evidence(), Window((block,), 5.0), Policy(), stage)[1]
    assert found.needed is not None
    assert f"≈ {found.needed / 20:.0f} s at today's traffic" in found.sentence
