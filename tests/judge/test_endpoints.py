from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.blocks import OTHER
from serinus.judge.counts import Counts
from serinus.judge.endpoints import MAX_CELLS, admit, endpoint_of, grouped, grown
from serinus.judge.evidence import Endpoint
from serinus.judge.observation import Arm, Block
from serinus.judge.wealth import opening

EVEN = (0.5, 0.5)


def block(name: str) -> Block:
    return Block(name, 0.0, 5.0, 0.5, Arm(3, 1), Arm(2))


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), max_size=8), max_size=8))
def test_parts_given_to_endpoints_stay_below_one_whenever_they_come(arrivals: list[list[int]]) -> None:
    known: dict[str, Endpoint] = {}
    for names in arrivals:
        known = admit(known, [block(f"GET /{name}") for name in names], EVEN)
    given_away = sum(endpoint.part for endpoint in known.values())
    assert given_away == pytest.approx(1 - 0.5 / (len(known) + 0.5))
    assert len(known) <= 21


def test_those_seen_together_get_the_same_part() -> None:
    known = admit({}, [block("GET /a"), block("GET /b"), block("GET /a")], EVEN)
    assert {name: endpoint.part for name, endpoint in known.items()} == {"GET /a": 0.4, "GET /b": 0.4}


def test_a_known_endpoint_keeps_its_part() -> None:
    known = admit({}, [block("GET /a")], EVEN)
    assert admit(known, [block("GET /a"), block("GET /b")], EVEN)["GET /a"] == known["GET /a"]


def test_what_comes_after_twenty_is_counted_together() -> None:
    known = admit({}, [block(f"GET /{number:02}") for number in range(23)], EVEN)
    late = [block("GET /21"), block("GET /22"), block("GET /00")]
    assert endpoint_of(known, late[0]) == OTHER
    assert grouped(known, late) == {OTHER: late[:2], "GET /00": late[2:]}


def test_counts_are_kept_by_weight_and_the_last_cell_takes_what_is_too_much() -> None:
    endpoint = Endpoint(0.5, opening(1))
    for number in range(MAX_CELLS + 3):
        endpoint = grown(endpoint, Counts(1, 0, 1, 0), (0.0,), float(number), number / 100, (1.0,))
    assert [cell.counts.requests for cell in endpoint.cells] == [2] * (MAX_CELLS - 1) + [8]
