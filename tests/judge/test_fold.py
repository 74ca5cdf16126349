from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product
from math import exp, log

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.blocks import OTHER
from serinus.judge.endpoints import MAX_CELLS
from serinus.judge.evidence import Evidence
from serinus.judge.fold import MAX_EXAMPLES, fold
from serinus.judge.metrics import PARTS
from serinus.judge.observation import Arm, Block, Window
from serinus.judge.policy import DEFAULT_GATES, Gate, Margin, Policy
from tests.judge.traffic import Traffic, always, blocks

TRAFFIC = Traffic(
    stable=always(0.01),
    canary=always(0.02),
    weight=lambda at: 0.25 if at < 60 else 0.5,
    minutes=2,
    endpoints=(("GET /a", 0.6), ("POST /b", 0.3), ("GET /c", 0.1)),
)


def one(block: Block, evidence: Evidence | None = None, policy: Policy | None = None) -> Evidence:
    return fold(evidence or Evidence(), Window((block,), block.end), policy or Policy(), 25, 0.0)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 5), st.lists(st.integers(0, 120), max_size=5), st.randoms(use_true_random=False))
def test_stopping_and_resuming_from_the_checkpoint_anywhere_gives_the_same_bytes(
    seed: int, stops: list[int], dice: object
) -> None:
    stream = blocks(TRAFFIC, seed)
    once = fold(Evidence(), Window(stream, 120.0), Policy(), 50, 60.0)
    stored = msgspec.json.encode(Evidence())
    for start, end in pairwise([0, *sorted(stops), 120]):
        part = tuple(block for block in stream if start < block.end <= end)
        evidence = fold(msgspec.json.decode(stored, type=Evidence), Window(part, float(end)), Policy(), 50, 60.0)
        stored = msgspec.json.encode(evidence)
    assert stored == msgspec.json.encode(once)


def test_the_order_of_blocks_in_a_window_does_not_matter() -> None:
    stream = blocks(TRAFFIC, 1)
    there = fold(Evidence(), Window(stream, 120.0), Policy(), 50, 60.0)
    back = fold(Evidence(), Window(stream[::-1], 120.0), Policy(), 50, 60.0)
    assert msgspec.json.encode(there) == msgspec.json.encode(back)


def test_memory_is_bounded_however_many_endpoints_weights_and_faults_there_are() -> None:
    evidence = Evidence()
    for number in range(200):
        arm = Arm(20, 1, examples=(f"1-{number}",))
        block = Block(f"GET /{number % 40}", number * 5.0, number * 5.0 + 5, number / 200, arm, arm)
        evidence = one(block, evidence)
    assert len(evidence.endpoints) == 21
    assert OTHER in evidence.endpoints
    assert max(len(endpoint.cells) for endpoint in evidence.endpoints.values()) <= MAX_CELLS
    assert len(evidence.examples) == MAX_EXAMPLES
    assert sum(endpoint.counts.requests for endpoint in evidence.endpoints.values()) == 200 * 40
    assert len(msgspec.json.encode(evidence)) < 32_000


def test_the_newest_ten_distinct_examples_are_kept() -> None:
    evidence = Evidence()
    for number in (*range(15), 14, 14):
        arm = Arm(20, 1, examples=(f"1-{number}",))
        evidence = one(Block("GET /a", number * 5.0, number * 5.0 + 5, 0.5, Arm(20), arm), evidence)
    assert [example.trace_id for example in evidence.examples] == [f"1-{number}" for number in range(5, 15)]


def test_a_new_endpoint_changes_no_evidence() -> None:
    evidence = one(Block("GET /a", 0.0, 5.0, 0.5, Arm(100, 1), Arm(100, 6)))
    assert one(Block("GET /b", 5.0, 5.0, 0.5, Arm(), Arm()), evidence).harm_log_e == pytest.approx(evidence.harm_log_e)


def test_a_single_endpoint_holds_all_bets_on_faults() -> None:
    evidence = one(Block("GET /a", 0.0, 5.0, 0.5, Arm(100), Arm(100, 30)))
    on_faults = evidence.endpoints["GET /a"].wealth.log_e
    assert evidence.metric_log_e("faults") == pytest.approx(on_faults, abs=0.01)
    assert evidence.harm_log_e == pytest.approx(on_faults + log(PARTS["faults"]), abs=0.01)


def test_the_step_counts_only_what_began_in_it() -> None:
    early, late = (Block("GET /a", at, at + 5, 0.5, Arm(10), Arm(10)) for at in (0.0, 5.0))
    evidence = fold(Evidence(), Window((early, late), 10.0), Policy(), 50, 5.0)
    assert evidence.stage is not None
    assert evidence.stage.counts.canary == 10
    assert evidence.endpoints["GET /a"].counts.canary == 20


def test_requests_while_the_weight_was_moving_count_for_everything_but_the_split() -> None:
    evidence = one(Block("GET /a", 0.0, 5.0, None, Arm(10), Arm(10)))
    assert evidence.stage is not None
    assert evidence.stage.counts.canary == 10
    assert evidence.stage.split.canary == 0
    assert evidence.stage.told is None


def test_evidence_for_passing_does_not_pile_up_far_beyond_what_decides() -> None:
    policy = Policy(gates=(Gate(100, 0.05),))
    evidence = one(Block("GET /a", 0.0, 5.0, 0.5, Arm(10_000), Arm(10_000)), policy=policy)
    assert evidence.gate_logs[0] == pytest.approx(log(1000))


def test_harm_once_found_stays_found() -> None:
    evidence = one(Block("GET /a", 0.0, 5.0, 0.5, Arm(100), Arm(100, 50)))
    healed = one(Block("GET /a", 5.0, 10.0, 0.5, Arm(100_000), Arm(100_000)), evidence)
    assert (evidence.found_at, healed.found_at) == (5.0, 5.0)


def test_other_limits_begin_a_new_test_but_no_block_is_read_twice() -> None:
    evidence = one(Block("GET /a", 0.0, 5.0, 0.5, Arm(100), Arm(100, 50)))
    changed = fold(evidence, Window((), 9.0, {"GET /a": 5.0}), Policy(faults=Margin(2.0, 0.5)), 25, 0.0)
    assert (changed.found_at, changed.endpoints) == (None, {})
    assert changed.open_since == {"GET /a": 5.0}


TABLES = tuple(product((0, 1), repeat=2))


def expected(of: Callable[[Evidence], float], stable: float, canary: float, ticks: int) -> float:
    """E[of(evidence)] over everything that two endpoints with one request a version and tick can do."""
    total = 0.0
    for outcomes in product(product(TABLES, repeat=2), repeat=ticks):
        probability, stream = 1.0, []
        for number, endpoints in enumerate(outcomes):
            for name, (x1, x2) in zip("ab", endpoints, strict=True):
                probability *= (stable if x1 else 1 - stable) * (canary if x2 else 1 - canary)
                stream.append(Block(name, number * 60.0, number * 60.0 + 60, 0.5, Arm(1, x1), Arm(1, x2)))
        total += probability * of(fold(Evidence(), Window(tuple(stream), 999.0), Policy(), 50, 0.0))
    return total


@pytest.mark.parametrize("stable", [0.0, 0.05, 0.5])
@pytest.mark.parametrize("ticks", [1, 2])
def test_the_whole_verdict_gains_nothing_on_average_while_the_canary_is_within_the_margin(
    stable: float, ticks: int
) -> None:
    mean = expected(lambda evidence: exp(evidence.harm_log_e), stable, 1.1 * stable + 0.0005, ticks)
    assert mean <= 1 + 1e-9


@pytest.mark.parametrize("stable", [0.0, 0.05, 0.5])
def test_no_gate_gains_on_average_while_the_canary_is_beyond_it(stable: float) -> None:
    for place, gate in enumerate(DEFAULT_GATES):
        canary = gate.ratio * stable + gate.difference
        assert expected(lambda evidence, g=place: exp(evidence.gate_logs[g]), stable, canary, 2) <= 1 + 1e-9  # type: ignore[misc]


FAST, SLOW = ((0, 1),), ((200, 1),)
KNOWN = tuple(Block(name, -60.0, 0.0, 0.5, Arm(100, latency=((0, 100),)), Arm()) for name in "ab")


@pytest.mark.parametrize("stable", [0.0, 0.05, 0.5])
def test_no_gate_gains_on_average_while_as_many_requests_are_slow_as_it_must_not_find(stable: float) -> None:
    calm = Policy(warm_up=0.0)
    begun = fold(Evidence(), Window(KNOWN, 0.0), calm, 50, 0.0)
    for place, gate in enumerate(DEFAULT_GATES):
        canary, mean = 2 * gate.difference, 0.0
        for outcomes in product(product(TABLES, repeat=2), repeat=2):
            probability, stream = 1.0, []
            for number, endpoints in enumerate(outcomes):
                for name, (x1, x2) in zip("ab", endpoints, strict=True):
                    probability *= (stable if x1 else 1 - stable) * (canary if x2 else 1 - canary)
                    one, other = (Arm(1, latency=SLOW if x else FAST) for x in (x1, x2))
                    stream.append(Block(name, number * 60.0, number * 60.0 + 60, 0.5, one, other))
            mean += probability * exp(fold(begun, Window(tuple(stream), 999.0), calm, 50, 0.0).tails[place].log_e)
        assert mean <= 1 + 1e-9
