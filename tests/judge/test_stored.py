from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.observation import Arm, Block, Window
from serinus.judge.policy import Policy
from serinus.judge.stored import continues
from serinus.judge.wealth import Wealth

OLD = Path(__file__).parents[1] / "golden" / "judge" / "evidence-before-parts.json"
NEXT = Window((Block("GET /a", 30.0, 35.0, 0.5, Arm(60, 1), Arm(60, 2)),), 35.0, {"GET /a": 35.0})


@pytest.fixture
def today() -> Evidence:
    block = Block("GET /a", 0.0, 5.0, 0.5, Arm(60, 1, errors=2), Arm(60, 2))
    return fold(Evidence(), Window((block,), 5.0), Policy(), 50, 0.0)


def test_evidence_of_a_release_that_knew_no_parts_decodes_and_a_new_test_begins_where_it_stood() -> None:
    old = msgspec.json.decode(OLD.read_bytes(), type=Evidence)
    assert old.endpoints["GET /a"].counts.requests == 720
    assert not continues(old, Policy())
    found = fold(old, NEXT, Policy(), 50, 0.0)
    assert found.endpoints["GET /a"].counts.requests == 120
    assert (found.complete_to, found.open_since) == (35.0, {"GET /a": 35.0})
    assert found == fold(replace(Evidence(), complete_to=30.0), NEXT, Policy(), 50, 0.0)


def test_what_is_stored_today_is_gone_on_with(today: Evidence) -> None:
    assert continues(Evidence(), Policy())
    assert continues(today, Policy())
    assert continues(msgspec.json.decode(msgspec.json.encode(today), type=Evidence), Policy())


def test_bets_of_another_number_or_metric_are_not(today: Evidence) -> None:
    other = Wealth((0.0,))
    endpoint = today.endpoints["GET /a"]
    assert not continues(replace(today, shared=other), Policy())
    assert not continues(replace(today, others={"taste": other}), Policy())
    assert not continues(replace(today, endpoints={"GET /a": replace(endpoint, wealth=other)}), Policy())
    assert not continues(replace(today, endpoints={"GET /a": replace(endpoint, parts={})}), Policy())


def test_gates_that_have_not_asked_for_the_tail_begin_anew(today: Evidence) -> None:
    before = replace(today, tails=())
    assert not continues(before, Policy())
    assert fold(before, NEXT, Policy(), 50, 0.0).endpoints["GET /a"].counts.requests == 120
