from __future__ import annotations

import random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.judge.evidence import Evidence
from serinus.judge.judge import Stage, judge
from serinus.judge.observation import Observation, Outcome, Variant, WeightChange
from serinus.judge.policy import Policy
from serinus.judge.replay import blocks_of, replay
from serinus.judge.verdict import VerdictOutcome
from tests.judge.streams import STARTED

Item = Observation | WeightChange


def stream(share: float, seconds: float = 60.0, rate: int = 40, seed: int = 1) -> list[Item]:
    """Half of the requests to each version; the canary's fault with `share`."""
    dice = random.Random(seed)
    items: list[Item] = [WeightChange(STARTED, 0.5, STARTED)]
    for number in range(int(seconds * rate)):
        variant = dice.choice([Variant.STABLE, Variant.CANARY])
        bad = variant is Variant.CANARY and dice.random() < share
        name, at = dice.choice("ab"), STARTED + (number + 1) / rate
        items.append(Observation(at, variant, f"GET /{name}", Outcome.FAULT if bad else Outcome.OK, 0.1, f"1-{number}"))
    return items


def test_harm_ends_the_replay_and_nothing_is_said_after_it() -> None:
    ticks = list(replay(stream(0.2), Policy()))
    assert ticks[-1].verdict.outcome is VerdictOutcome.FAIL
    assert ticks[-1].t < STARTED + 30
    assert all(tick.verdict.outcome is not VerdictOutcome.FAIL for tick in ticks[:-1])


def test_every_request_is_judged_once() -> None:
    items = stream(0.0, 75.0)
    last = list(replay(items, Policy()))[-1]
    asked = [item for item in items if isinstance(item, Observation)]
    assert last.requests == len(asked)
    assert last.canary_requests == sum(item.variant is Variant.CANARY for item in asked)
    assert last.verdict.outcome is VerdictOutcome.PASS


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 3), st.sampled_from([0.0, 0.02, 0.3]))
def test_ticks_say_what_one_look_at_all_their_blocks_says(seed: int, share: float) -> None:
    ticks = list(replay(stream(share, seed=seed), Policy()))
    window = msgspec.structs.replace(ticks[-1].window, blocks=tuple(blocks_of(ticks)))
    _, verdict = judge(Evidence(), window, Policy(), Stage(50, STARTED))
    assert verdict == ticks[-1].verdict


def test_silence_for_hours_is_one_look() -> None:
    early, late = stream(0.0, 20), stream(0.0, 20, seed=2)[1:]
    moved = [msgspec.structs.replace(item, at=item.at + 36_000) for item in late if isinstance(item, Observation)]
    assert len(list(replay([*early, *moved], Policy()))) < 20


def test_nothing_recorded_says_nothing() -> None:
    assert list(replay([], Policy())) == []
