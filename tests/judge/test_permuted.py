from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.histogram import size
from serinus.judge.observation import Arm, Block
from serinus.judge.permuted import dealt, false_alarms
from serinus.judge.policy import Margin, Policy


@settings(deadline=None)
@given(
    st.integers(0, 40), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(0, 9)
)
def test_a_deal_loses_and_invents_no_request(
    fine: int, faults: int, missing: int, errors: int, throttles: int, seed: int
) -> None:
    answered = fine + errors + throttles
    arm = Arm(
        answered + faults + missing,
        faults + missing,
        errors,
        throttles,
        ((1, answered // 2), (5, answered - answered // 2)) if answered > 1 else ((1, answered),) if answered else (),
        missing=missing,
    )
    for block in dealt([Block("a", 0, 5, 0.3, arm, Arm(7, 7))], np.random.default_rng(seed)):
        for field in ("requests", "faults", "errors", "throttles", "missing"):
            assert getattr(block.stable, field) + getattr(block.canary, field) == getattr(arm, field)
        assert size(block.stable.latency) + size(block.canary.latency) == answered
        assert size(block.canary.latency) == block.canary.requests - block.canary.faults


def test_a_broken_canary_leaves_no_trace_in_the_deals() -> None:
    blocks = [Block("a", at * 5.0, at * 5.0 + 5, 0.5, Arm(50, 1), Arm(50, 50)) for at in range(30)]
    assert false_alarms(blocks, Policy(), 100, np.random.default_rng(1)) <= 4


def test_a_policy_that_tolerates_nothing_and_believes_everything_cries_wolf() -> None:
    blocks = [Block("a", at * 5.0, at * 5.0 + 5, None, Arm(50, 10), Arm(50)) for at in range(60)]
    hasty = Policy(false_alarm=0.5, faults=Margin(1.0, 0.0))
    assert false_alarms(blocks, hasty, 100, np.random.default_rng(1)) > 5
