from __future__ import annotations

import msgspec
import pytest

from serinus.errors import InvalidInput
from serinus.judge.policy import DEFAULT_GATES, Gate, Margin, Policy


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
