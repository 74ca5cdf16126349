from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.errors import InvalidInput
from serinus.judge.blocks import OTHER, close_blocks
from serinus.judge.observation import Block, Observation, Outcome, Variant, WeightChange, Window
from serinus.judge.sessions import together
from tests.judge.streams import STARTED, TICK, logs_of_weights, observations, seen


def closed(items: list[Observation], complete_to: float, weights: tuple[WeightChange, ...] = ()) -> Window:
    return close_blocks(items, {}, weights, STARTED, STARTED + complete_to, TICK)


def spans(window: Window) -> list[tuple[float, float]]:
    return [(block.start - STARTED, block.end - STARTED) for block in window.blocks]


@settings(deadline=None)
@given(st.lists(observations, max_size=80), logs_of_weights, st.floats(0, 400), st.randoms(use_true_random=False))
def test_the_order_of_observations_does_not_matter(
    items: list[Observation], weights: list[WeightChange], complete_to: float, dice: random.Random
) -> None:
    shuffled = [*items]
    dice.shuffle(shuffled)
    one = close_blocks(items, {}, weights, STARTED, STARTED + complete_to, TICK)
    other = close_blocks(shuffled, {}, weights, STARTED, STARTED + complete_to, TICK)
    assert one == other


@settings(deadline=None)
@given(st.lists(observations, max_size=80), logs_of_weights, st.lists(st.floats(0, 400), max_size=4))
def test_reading_in_several_passes_gives_the_blocks_of_one_pass(
    items: list[Observation], weights: list[WeightChange], looks: list[float]
) -> None:
    items = [*together(items)]
    once = close_blocks(items, {}, weights, STARTED, STARTED + 400, TICK)
    blocks: list[Block] = []
    open_since: dict[str, float] = {}
    for look in [*sorted(looks), 400]:
        known = [item for item in items if item.at < STARTED + look]
        window = close_blocks(known, open_since, weights, STARTED, STARTED + look, TICK)
        blocks += window.blocks
        open_since = window.open_since
    assert tuple(blocks) == once.blocks
    assert open_since == once.open_since


@settings(deadline=None)
@given(st.lists(observations, max_size=80, unique_by=lambda item: item.trace_id), logs_of_weights)
def test_no_request_is_lost_or_counted_twice(items: list[Observation], weights: list[WeightChange]) -> None:
    window = close_blocks(items, {}, weights, STARTED, STARTED + 400, TICK)
    counted = sum(block.stable.requests + block.canary.requests + block.unanswered for block in window.blocks)
    still_open = sum(item.at >= window.open_since[item.stratum] for item in items if item.at >= STARTED)
    assert counted + still_open == sum(item.at >= STARTED for item in items)
    for block in window.blocks:
        assert block.end - block.start <= 60 + 1e-6
        assert block.end <= window.complete_to


def test_a_block_waits_for_five_canary_requests() -> None:
    window = closed([seen(at) for at in (1, 2, 6, 7, 11)], 30)
    assert spans(window) == [(0, 15)]
    assert window.blocks[0].canary.requests == 5


def test_a_thin_block_ends_after_a_minute() -> None:
    assert spans(closed([seen(1), seen(61)], 70)) == [(0, 60)]


def test_time_without_requests_belongs_to_no_block() -> None:
    assert spans(closed([seen(1001 + part / 10) for part in range(5)], 2000)) == [(1000, 1005)]


def test_outcomes_do_not_close_blocks() -> None:
    fine = [seen(at, outcome=Outcome.OK) for at in (1, 2, 3, 8)]
    broken = [seen(at, outcome=Outcome.FAULT) for at in (1, 2, 3, 8)]
    assert spans(closed(fine, 70)) == spans(closed(broken, 70))


def test_a_change_of_weight_closes_the_block_and_none_says_that_it_was_on_its_way() -> None:
    weights = (WeightChange(STARTED, 0.25, STARTED), WeightChange(STARTED + 7, 0.5, STARTED + 8.5))
    window = closed([seen(at / 2) for at in range(2, 40)], 20, weights)
    assert spans(window) == [(0, 5), (5, 7), (7, 8.5), (8.5, 15), (15, 20)]
    assert [block.weight for block in window.blocks] == [0.25, 0.25, None, 0.5, 0.5]


def test_a_change_never_confirmed_leaves_the_weight_unknown_until_the_next_one_is() -> None:
    weights = (WeightChange(STARTED, 0.25), WeightChange(STARTED + 10, 0.5, STARTED + 10))
    window = closed([seen(at / 2) for at in range(40)], 20, weights)
    assert {block.weight for block in window.blocks if block.end <= STARTED + 10} == {None}
    assert {block.weight for block in window.blocks if block.start >= STARTED + 10} == {0.5}


def test_retries_of_one_trace_count_once_with_the_worst_outcome() -> None:
    items = [seen(1, trace="1-a"), seen(2, trace="1-a", outcome=Outcome.FAULT), seen(3, trace="1-b")]
    arm = closed(items, 61).blocks[0].canary
    assert (arm.requests, arm.faults, arm.examples) == (2, 1, ("1-a",))


def test_the_two_versions_of_one_trace_count_each() -> None:
    items = [seen(1, Variant.STABLE, "1-a"), seen(1, Variant.CANARY, "1-a", Outcome.FAULT)]
    block = closed(items, 61).blocks[0]
    assert (block.stable.requests, block.stable.faults, block.canary.requests, block.canary.faults) == (1, 0, 1, 1)


def test_from_the_twenty_first_on_strata_share_one_block() -> None:
    items = [
        Observation(STARTED + number / 10, Variant.CANARY, f"GET /{number:02}", Outcome.OK, 0.1, f"1-{number}")
        for number in range(25)
    ]
    counts = Counter({block.stratum: block.canary.requests for block in closed(items, 61).blocks})
    assert len(counts) == 21
    assert counts[OTHER] == 5


@pytest.mark.parametrize("tick", [0.0, -1.0, float("nan")])
def test_a_tick_that_is_none_is_named(tick: float) -> None:
    with pytest.raises(InvalidInput, match="tick: must be seconds above 0"):
        close_blocks([], {}, (), STARTED, STARTED, tick)
