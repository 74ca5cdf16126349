from __future__ import annotations

import numpy as np
import pytest

from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.needed import for_passing, gate_place
from serinus.judge.observation import Arm, Block, Window
from serinus.judge.policy import Gate, Policy
from tests.judge.traffic import Traffic, always, blocks


def after(stable: Arm, canary: Arm, weight: int = 50) -> Evidence:
    window = Window((Block("GET /a", 0.0, 5.0, weight / 100, stable, canary),), 5.0)
    return fold(Evidence(), window, Policy(), weight, 0.0)


@pytest.mark.parametrize(("weight", "place"), [(5, 0), (10, 0), (11, 1), (30, 1), (75, 2), (100, 2)])
def test_the_first_gate_that_reaches_the_weight_applies(weight: int, place: int) -> None:
    assert gate_place(Policy(), weight) == place


def test_beyond_all_gates_the_last_one_applies() -> None:
    assert gate_place(Policy(gates=(Gate(10, 0.05), Gate(20, 0.01))), 50) == 1


def test_before_anything_is_seen_the_bound_speaks() -> None:
    needed = for_passing(Evidence(), Policy(), 25)
    assert needed is not None
    assert 460 < needed < 560


def test_the_forecast_is_about_right() -> None:
    traffic = Traffic(stable=always(0.0), canary=always(0.0), weight=always(0.25), rate=40, tick=5, minutes=5)
    stream = blocks(traffic, 3)
    forecast = for_passing(fold(Evidence(), Window(stream[:4], 20.0), Policy(), 25, 0.0), Policy(), 25)
    seen = np.cumsum([block.canary.requests for block in stream])
    passed = next(
        number
        for number in range(len(stream))
        if for_passing(fold(Evidence(), Window(stream[:number], 5.0 * number), Policy(), 25, 0.0), Policy(), 25) == 0
    )
    assert forecast == pytest.approx(int(seen[passed - 1] - seen[3]), rel=0.2)


def test_when_the_gate_is_shown_the_step_still_wants_its_least_requests() -> None:
    evidence = fold(after(Arm(2000), Arm(2000)), Window((), 5.0), Policy(), 75, 5.0)
    assert for_passing(evidence, Policy(), 75) == 50


def test_at_full_weight_only_the_least_requests_are_needed() -> None:
    assert for_passing(after(Arm(), Arm(20), 100), Policy(), 100) == 30


def test_a_canary_beyond_the_gate_will_not_be_shown_within() -> None:
    assert for_passing(after(Arm(1000, 1), Arm(1000, 30)), Policy(), 50) is None


def test_at_weight_zero_nothing_can_be_said() -> None:
    assert for_passing(Evidence(), Policy(), 0) is None
