"""A session that fails as a whole is one event, however many blocks it has requests in."""

from __future__ import annotations

from itertools import product
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from serinus.judge import hypergeometric
from serinus.judge.blocks import close_blocks
from serinus.judge.counts import counts_of
from serinus.judge.observation import Block, Observation, Outcome, Variant, WeightChange
from serinus.judge.policy import Policy
from serinus.judge.replay import blocks_of, replay
from serinus.judge.sessions import dated, together
from tests.judge.streams import STARTED, TICK, observations, seen

BOTH = (Variant.STABLE, Variant.STABLE, Variant.CANARY, Variant.CANARY)


def requests(failed: tuple[bool, ...]) -> list[Observation]:
    """Two sessions of either version, each with a request in either of two blocks and one outcome for both."""
    return [
        replace(
            seen(start + place, variant, outcome=Outcome.FAULT if bad else Outcome.OK),
            cluster=str(place),
        )
        for start in (1.0, 61.0)
        for place, (variant, bad) in enumerate(zip(BOTH, failed, strict=True))
    ]


def mean_of_e(share: float, *, once: bool) -> float:
    """Over all outcomes of the four sessions; the bets on odds as the judge places them."""
    total = 0.0
    for failed in product((False, True), repeat=4):
        items = requests(failed)
        window = close_blocks(together(items) if once else items, {}, (), STARTED, STARTED + 180, TICK)
        bets = [hypergeometric.log_es(counts_of([block]), 1.0) for block in window.blocks]
        e = sum(exp(sum(logs)) for logs in zip(*bets, strict=True)) / len(hypergeometric.WORSE)
        total += e * share ** sum(failed) * (1 - share) ** (4 - sum(failed))
    return total


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9])
def test_counted_once_sessions_over_several_blocks_prove_nothing_by_chance_and_counted_twice_they_would(
    share: float,
) -> None:
    assert mean_of_e(share, once=True) <= 1 + 1e-12
    assert mean_of_e(share, once=False) > 1.005


@settings(deadline=None)
@given(st.lists(observations, max_size=80))
def test_each_session_counts_in_one_block_at_most_where_it_began(items: list[Observation]) -> None:
    kept = together([item for item in items if item.at >= STARTED])
    blocks = close_blocks(kept, {}, (), STARTED, STARTED + 600, TICK).blocks
    counted = sum(block.stable.requests + block.canary.requests + block.unanswered for block in blocks)
    assert counted == len({(item.variant, item.stratum, item.trace_id) for item in kept})


def test_what_became_of_a_session_after_its_block_was_closed_does_not_change_it() -> None:
    items = together([seen(1, trace="1-a"), seen(62, trace="1-a", outcome=Outcome.FAULT), seen(63, trace="1-b")])
    first, second = close_blocks(items, {}, (), STARTED, STARTED + 180, TICK).blocks
    assert (first.canary.requests, first.canary.faults) == (1, 0)
    assert (second.canary.requests, second.canary.faults) == (1, 0)


def test_a_replay_knows_sessions_by_their_keys() -> None:
    items: list[Observation | WeightChange] = [WeightChange(STARTED, 0.5, STARTED), *requests((False,) * 4), seen(130)]
    assert [_units(block) for block in blocks_of(replay(items, Policy()))] == [4, 1]


def _units(block: Block) -> int:
    return block.stable.requests + block.canary.requests


def test_of_one_trace_each_request_knows_the_first_of_its_version_and_endpoint_in_any_order() -> None:
    late, first = seen(9, trace="1-a"), seen(2, trace="1-a")
    other = replace(first, stratum="GET /b", at=STARTED + 5)
    assert together([late, first, other]) == (replace(late, began=first.at), first, other)


def test_a_session_is_known_until_enough_others_were_seen() -> None:
    def began(others: int) -> float | None:
        between = [seen(number + 1, trace=f"1-{number}") for number in range(others)]
        *_, last = dated([seen(0, trace="1-a"), *between, seen(99, trace="1-a")], most=10)
        assert isinstance(last, Observation)
        return last.began

    assert began(10) == STARTED
    assert began(20) is None
