from __future__ import annotations

from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from serinus.judge.blocks import OTHER
from serinus.judge.counts import Counts
from serinus.judge.endpoints import MAX_CELLS, admit, endpoint_of, grouped, grown
from serinus.judge.evidence import Endpoint, Evidence, Stake, endpoint_log_e
from serinus.judge.metrics import PARTS
from serinus.judge.observation import Arm, Block
from serinus.judge.wealth import Wealth, opening

EVEN = (0.5, 0.5)


def block(name: str) -> Block:
    return Block(name, 0.0, 5.0, 0.5, Arm(3, 1), Arm(2))


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), max_size=8), max_size=8))
def test_before_any_evidence_all_endpoints_hold_the_same_whenever_they_come(arrivals: list[list[int]]) -> None:
    known: dict[str, Endpoint] = {}
    for names in arrivals:
        known = admit(known, [block(f"GET /{name}") for name in names], EVEN)
    assert all(part == pytest.approx(1 / len(known)) for one in known.values() for part in one.parts.values())
    assert len(known) <= 21


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-8, 8), st.floats(-8, 8)), min_size=1, max_size=4), st.integers(1, 3), st.booleans()
)
def test_an_endpoint_that_comes_late_changes_the_evidence_of_no_metric(
    held: list[tuple[float, float]], newcomers: int, with_latency: bool
) -> None:
    known = admit({}, [block(f"GET /{place}") for place in range(len(held))], EVEN)
    for name, (of_faults, of_latency) in zip(tuple(known), held, strict=True):
        others = {"latency": Stake(Wealth((of_latency,), 1e-9))} if with_latency else {}
        known[name] = replace(known[name], wealth=Wealth((of_faults,), 1e-9), others=others)
    later = admit(known, [block(f"GET /new {place}") for place in range(newcomers)], EVEN)
    before, after = Evidence(endpoints=known), Evidence(endpoints=later)
    for metric in PARTS:
        assert after.metric_log_e(metric) == pytest.approx(before.metric_log_e(metric))
        total = sum(one.parts[metric] * exp(endpoint_log_e(one, metric)) for one in later.values())
        assert later["GET /new 0"].parts[metric] == pytest.approx(total / len(later))


def test_what_comes_after_twenty_is_counted_together() -> None:
    known = admit({}, [block(f"GET /{number:02}") for number in range(23)], EVEN)
    late = [block("GET /21"), block("GET /22"), block("GET /00")]
    assert endpoint_of(known, late[0]) == OTHER
    assert grouped(known, late) == {OTHER: late[:2], "GET /00": late[2:]}


def test_counts_are_kept_by_weight_and_the_last_cell_takes_what_is_too_much() -> None:
    endpoint = Endpoint({}, opening(1))
    for number in range(MAX_CELLS + 3):
        endpoint = grown(endpoint, Counts(1, 0, 1, 0), (0.0,), float(number), number / 100, (1.0,))
    assert [cell.counts.requests for cell in endpoint.cells] == [2] * (MAX_CELLS - 1) + [8]
