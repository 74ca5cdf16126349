from __future__ import annotations

from serinus.judge.evidence import Endpoint, Latencies
from serinus.judge.faults import prior as faults_prior
from serinus.judge.observation import Arm, Block
from serinus.judge.policy import Margin, Policy
from serinus.judge.stakes import Staked, counted_bets, learn_latencies, prior, reference, staked
from serinus.judge.wealth import spread

POLICY = Policy()
FRESH = Endpoint({}, spread((1.0,)))


def block(stable: Arm, canary: Arm, at: float = 0.0) -> Block:
    return Block("a", at, at + 5, 0.5, stable, canary)


def bet_on(endpoint: Endpoint, blocks: tuple[Block, ...], end: float, *, warm: bool = True) -> Staked:
    asked = counted_bets({"a": endpoint}, {"a": blocks}, POLICY)["a"]
    return staked(endpoint, blocks, (asked, asked), end, POLICY, warm=warm)


def test_a_metric_without_events_is_not_bet_on() -> None:
    endpoint, bets, _ = bet_on(FRESH, (block(Arm(50), Arm(50)),), 5.0)
    assert (endpoint.others, set(bets)) == ({}, {"faults"})


def test_the_first_event_opens_the_bets_and_the_next_block_moves_them() -> None:
    opened, first, _ = bet_on(FRESH, (block(Arm(50), Arm(50, errors=20)),), 5.0)
    assert set(first) == {"faults"}
    assert opened.others["errors"].seen.canary_faults == 20
    moved, second, _ = bet_on(opened, (block(Arm(50), Arm(50, errors=20), 5.0),), 10.0)
    assert set(second) == {"faults", "errors"}
    assert moved.others["errors"].wealth.log_e > 5


def test_latencies_are_neither_bet_on_nor_learnt_while_cold() -> None:
    some = (block(Arm(50, latency=((0, 50),)), Arm(50, latency=((9, 50),))),)
    cold, bets, slow = bet_on(FRESH, some, 5.0, warm=False)
    assert (cold.latencies, set(bets), slow) == (Latencies(), {"faults"}, ())
    warm, bets, _ = bet_on(FRESH, some, 5.0)
    assert reference(warm.latencies) is not None
    assert set(bets) == {"faults", "latency"}


def test_a_thousand_of_stable_are_remembered_however_long_they_take_to_come() -> None:
    few, more = (learn_latencies(Latencies(), None, (((0, seen),), ()), 0.0, POLICY) for seen in (40, 1700))
    later = [learn_latencies(known, reference(known), (((5, 1),), ()), 600.0, POLICY) for known in (few, more)]
    assert [known.stable for known in later] == [{0: 40.0, 1: 1.0}, {0: 1000.0, 1: 1.0}]


def test_what_was_learnt_fades_by_half_in_a_minute() -> None:
    known = learn_latencies(Latencies(), None, (((0, 4000),), ((0, 10),)), 0.0, POLICY)
    later = learn_latencies(known, reference(known), ((), ()), 60.0, POLICY)
    assert (later.stable, later.canary) == ({0: 2000.0}, {0: 5.0})


def test_each_metric_spreads_its_bets_by_its_own_margin() -> None:
    strict = Policy(errors=Margin(1.0, 0.0))
    assert prior("errors", strict) == faults_prior(Margin(1.0, 0.0))
    assert sum(prior("latency", strict)) == 1.0 or abs(sum(prior("latency", strict)) - 1) < 1e-9
