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
from serinus.judge.counts import Counts, counts_of, leading
from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.observation import Arm, Block, Observation, Outcome, Variant, WeightChange, Window
from serinus.judge.policy import Margin, Policy
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
    assert together([late, first, other]) == (replace(late, began=first.at), first, replace(other, elsewhere=True))


ENDPOINTS = ("GET /a", "GET /b", "GET /c")


def asking_all(failed: tuple[bool, ...]) -> tuple[Observation, ...]:
    """Two sessions of either version; each asks every endpoint and fails everywhere or nowhere."""
    return together(
        [
            replace(
                seen(1.0 + place, variant, outcome=Outcome.FAULT if bad else Outcome.OK),
                stratum=endpoint,
                cluster=str(place),
            )
            for endpoint in ENDPOINTS
            for place, (variant, bad) in enumerate(zip(BOTH, failed, strict=True))
        ]
    )


def shared_log_e(failed: tuple[bool, ...], *, at_each: bool) -> float:
    """Of the bets on all endpoints together, by a policy that tolerates nothing."""
    blocks = close_blocks(asking_all(failed), {}, (), STARTED, STARTED + 180, TICK).blocks
    counted = tuple(replace(block, leading=None) for block in blocks) if at_each else blocks
    shared = fold(Evidence(), Window(counted, STARTED + 180), Policy(faults=Margin(1.0, 0.0)), 50, STARTED).shared
    assert shared is not None
    return shared.log_e


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9])
def test_what_sessions_do_at_several_endpoints_proves_nothing_by_chance_about_all_and_counted_at_each_it_would(
    share: float,
) -> None:
    def mean(*, at_each: bool) -> float:
        return sum(
            exp(shared_log_e(failed, at_each=at_each)) * share ** sum(failed) * (1 - share) ** (4 - sum(failed))
            for failed in product((False, True), repeat=4)
        )

    assert mean(at_each=False) <= 1 + 1e-12
    assert mean(at_each=True) > 1.005


@settings(deadline=None)
@given(st.lists(observations, max_size=80))
def test_for_all_endpoints_together_each_session_counts_once_at_most(items: list[Observation]) -> None:
    kept = together([item for item in items if item.at >= STARTED and item.variant is not Variant.NOBODY])
    blocks = close_blocks(kept, {}, (), STARTED, STARTED + 600, TICK).blocks
    assert counts_of(leading(blocks)).requests == len({(item.variant, item.trace_id) for item in kept})


def test_a_session_that_asks_several_endpoints_is_one_unit_of_the_split_and_of_what_promotes() -> None:
    blocks = close_blocks(asking_all((False, False, False, True)), {}, (), STARTED, STARTED + 180, TICK).blocks
    told = tuple(replace(block, weight=0.5) for block in blocks)
    evidence = fold(Evidence(), Window(told, STARTED + 180), Policy(), 50, STARTED)
    assert evidence.stage is not None
    assert evidence.stage.split == Counts(2, 0, 2, 1)
    assert evidence.stage.counts == Counts(6, 0, 6, 3)
    assert evidence.base.requests == 2
    assert {name: one.counts for name, one in evidence.endpoints.items()} == dict.fromkeys(
        ENDPOINTS, Counts(2, 0, 2, 1)
    )


def test_a_session_is_the_same_one_at_another_endpoint_in_a_replay() -> None:
    items = [*requests((False,) * 4), *(replace(seen(70.0, Variant.CANARY), stratum="GET /b", cluster="2"),)]
    told = WeightChange(STARTED, 0.5, STARTED)
    *_, last = blocks_of(replay([told, *sorted(items, key=lambda item: item.at)], Policy()))
    assert (last.stratum, last.canary.requests, last.leading) == ("GET /b", 1, (Arm(), Arm()))


def test_a_session_is_known_until_enough_others_were_seen() -> None:
    def began(others: int) -> float | None:
        between = [seen(number + 1, trace=f"1-{number}") for number in range(others)]
        *_, last = dated([seen(0, trace="1-a"), *between, seen(99, trace="1-a")], most=10)
        assert isinstance(last, Observation)
        return last.began

    assert began(10) == STARTED
    assert began(20) is None
