from __future__ import annotations

import msgspec
import pytest

from serinus.errors import InvalidInput
from serinus.judge.policy import DEFAULT_GATES, Gate, Margin, Objective, Policy, Slower, level, limits


def test_the_default_gates_reach_every_weight() -> None:
    assert DEFAULT_GATES[-1].weight == 100


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"false_alarm": 0.0}, "falseAlarm"),
        ({"false_pass": 1.0}, "falsePass"),
        ({"gates": ()}, "gates"),
        ({"gates": (Gate(50, 0.01), Gate(10, 0.05))}, "gates"),
        ({"min_requests": 0}, "minRequests"),
        ({"tick": 0.0}, "tick"),
        ({"warm_up": -1.0}, "warmUp"),
        ({"latency": {"p100": 1.2}}, "latency"),
        ({"latency": {"99": 1.2}}, "latency"),
        ({"latency": {"p99": 1.0}}, "latency.p99"),
        ({"objective": Objective(latency={"p99": 0.0})}, "objective.latency.p99"),
        ({"thresholds": (0.0,)}, "thresholds"),
    ],
)
def test_a_rule_that_makes_no_test_is_refused_by_name(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{field}: "):
        Policy(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("document", [b'{"ratio": 0.9}', b'{"difference": -0.1}', b'{"diference": 0.1}'])
def test_a_margin_that_is_none_is_refused_when_read(document: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(document, type=Margin)


def test_a_gate_needs_room_to_be_shown() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"difference"):
        msgspec.json.decode(b'{"weight": 10, "difference": 0}', type=Gate)


def test_a_ratio_named_for_a_quantile_is_tolerated_by_the_rollback_too() -> None:
    assert Policy(latency={"p99": 1.5}).tolerated == Slower(1.5, 0.02)
    assert Policy(latency={"p99": 1.05}).tolerated == Slower()


def test_limits_are_what_a_new_test_begins_with() -> None:
    assert limits(Policy()) == limits(Policy(false_alarm=0.001, tick=1.0))
    assert limits(Policy()) != limits(Policy(latency={"p99": 1.5}))
    assert level("p99.9") == pytest.approx(0.999)


def test_quantiles_have_one_order_whatever_order_they_are_written_in() -> None:
    one, other = Policy(latency={"p99": 1.5, "p50": 1.2}), Policy(latency={"p50": 1.2, "p99": 1.5})
    assert one.named == other.named == (("p50", 1.2), ("p99", 1.5))
