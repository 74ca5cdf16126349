from __future__ import annotations

from math import floor, log

from serinus.judge.arms import arm
from serinus.judge.observation import Arm, Outcome
from tests.judge.streams import seen


def test_nothing_seen_is_an_empty_arm() -> None:
    assert arm([]) == Arm()


def test_each_outcome_has_its_count_and_a_missing_answer_is_a_fault_too() -> None:
    counted = arm([seen(number, outcome=outcome) for number, outcome in enumerate(Outcome)])
    assert (counted.requests, counted.faults, counted.errors, counted.throttles, counted.missing) == (5, 2, 1, 1, 1)


def test_faulted_requests_are_left_out_of_the_latency() -> None:
    counted = arm([seen(1), seen(2), seen(3, outcome=Outcome.FAULT)])
    assert counted.latency == ((floor(log(0.1) / log(1.02)), 2),)


def test_at_most_three_examples_the_unanswered_first() -> None:
    items = [seen(number, outcome=Outcome.FAULT, trace=f"1-{number}") for number in range(5)]
    counted = arm([*items, seen(9, outcome=Outcome.MISSING, trace="1-gone")])
    assert counted.examples == ("1-gone", "1-4", "1-3")
