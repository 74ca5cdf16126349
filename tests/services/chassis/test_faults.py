"""A plan of faults strikes the share it names, where it says, and nothing else."""

from __future__ import annotations

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnitech_chassis.faults import NO_FAULTS, NOTHING, FaultPlan, Injection, Slow, decode, inject

shares = st.floats(0, 1, exclude_max=True)


def test_a_plan_is_read_from_json() -> None:
    text = (
        b'{"fault": 0.05, "latency_s": 0.2, "slow": {"share": 0.01, "latency_s": 1}, "mail": 0.1, "db_latency_s": 0.3}'
    )

    assert decode(text) == FaultPlan(0.05, 0.2, Slow(0.01, 1.0), 0.1, 0.3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b'{"fault": 2}', r"Expected `float` <= 1.0 - at `\$.fault`"),
        (b'{"latency_s": -1}', r"Expected `float` >= 0.0 - at `\$.latency_s`"),
        (b'{"fautl": 1}', "unknown field `fautl`"),
        (b'{"slow": {"share": 0.5}}', "missing required field `latency_s`"),
    ],
)
def test_a_wrong_plan_is_refused_by_field_and_rule(text: bytes, words: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=words):
        decode(text)


@settings(deadline=None)
@given(shares, shares)
def test_no_plan_does_nothing(fault_roll: float, slow_roll: float) -> None:
    assert inject(NO_FAULTS, "GET /x", fault_roll, slow_roll) == NOTHING


@settings(deadline=None)
@given(shares, shares)
def test_everything_and_nothing_are_exact(fault_roll: float, slow_roll: float) -> None:
    always = FaultPlan(fault=1.0, latency_s=0.5, slow=Slow(1.0, 2.0))

    assert inject(always, "GET /x", fault_roll, slow_roll) == Injection(2.5, fail=True)
    assert inject(FaultPlan(fault=0.0, latency_s=0.5), "GET /x", fault_roll, slow_roll) == Injection(0.5, fail=False)


def test_a_share_strikes_its_share() -> None:
    dice, plan = random.Random(1), FaultPlan(fault=0.05)

    struck = sum(inject(plan, "GET /x", dice.random(), dice.random()).fail for _ in range(10_000))

    assert 430 <= struck <= 570  # 500 ± 3.2 standard deviations


def test_only_the_named_endpoints_are_concerned() -> None:
    plan = FaultPlan(fault=1.0, endpoints=("POST /notification/*",))

    assert inject(plan, "POST /notification/send", 0, 0).fail
    assert inject(plan, "GET /notification/send", 0, 0) == NOTHING
