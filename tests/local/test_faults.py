"""Words become plans in the services' own format, and a word that cannot be taken is named with the rule."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnitech_chassis.faults import FaultPlan, Slow, decode
from serinus.errors import InvalidInput
from serinus.local.faults import faults_file, parse_faults, write_faults
from serinus.local.names import CANARY, STABLE, USER_MANAGEMENT
from serinus.local.state import State


def plan(word: str, deployment: str = CANARY) -> FaultPlan:
    """As the service will read it."""
    return decode(msgspec.json.encode(parse_faults([word])[deployment]))


def test_each_kind_is_a_plan_the_services_understand() -> None:
    assert plan("v2=fault:5%") == FaultPlan(fault=0.05)
    assert plan("v2=latency:200ms") == FaultPlan(latency_s=0.2)
    assert plan("v2=latency:p99+200ms") == FaultPlan(slow=Slow(share=0.01, latency_s=0.2))
    assert plan("v2=mail:10%") == FaultPlan(mail=0.1)
    assert plan("db=latency:300ms", USER_MANAGEMENT) == FaultPlan(db_latency_s=0.3)
    assert plan("v1=none", STABLE) == FaultPlan()


def test_both_concerns_both_versions_and_words_of_one_target_add_up() -> None:
    plans = parse_faults(["both=fault:2%", "v2=latency:1s"])
    assert plans == {STABLE: {"fault": 0.02}, CANARY: {"fault": 0.02, "latency_s": 1.0}}


@settings(deadline=None)
@given(st.integers(0, 1000))
def test_any_percentage_with_a_decimal_is_a_share(tenths: int) -> None:
    assert plan(f"v2=fault:{tenths / 10}%").fault == pytest.approx(tenths / 1000)


@pytest.mark.parametrize(
    ("word", "rule"),
    [
        ("v3=fault:5%", "must be TARGET=KIND"),
        ("v2", "must be TARGET=KIND"),
        ("v2=crash:5%", "must be TARGET=KIND"),
        ("db=fault:5%", "must be TARGET=KIND"),
        ("v2=fault:5", "a share must be a percentage from 0% to 100%"),
        ("v2=fault:101%", "a share must be a percentage from 0% to 100%"),
        ("v2=fault:-1%", "a share must be a percentage from 0% to 100%"),
        ("v2=latency:fast", "must be a duration"),
        ("v2=latency:2m", "a latency must be at most 60s"),
    ],
)
def test_what_cannot_be_taken_is_named_with_the_rule(word: str, rule: str) -> None:
    with pytest.raises(InvalidInput, match=f"--fault: {rule}") as raised:
        parse_faults([word])
    assert str(raised.value.value) in word


def test_plans_are_written_where_the_deployments_look_and_others_stay(tmp_path: Path) -> None:
    state = State(tmp_path)
    write_faults(state, parse_faults(["both=fault:2%"]))
    write_faults(state, parse_faults(["v2=none"]))
    assert decode(faults_file(state, STABLE).read_bytes()) == FaultPlan(fault=0.02)
    assert decode(faults_file(state, CANARY).read_bytes()) == FaultPlan()
