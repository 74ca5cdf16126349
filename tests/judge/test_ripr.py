"""2b: E[e] <= 1 is checked on every null of the claim by enumerating all tables."""

from __future__ import annotations

import random
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from serinus.judge.counts import Counts
from serinus.judge.ripr import Line, Table, growth, log_e, log_es, log_likelihood, project
from tests.judge.enumeration import expectation

lines = st.builds(Line, st.floats(1.0, 2.0), st.floats(0.0002, 0.1))
exposures = st.tuples(st.integers(1, 6), st.integers(1, 6))


@settings(deadline=None, max_examples=60)
@given(lines, exposures, st.floats(0.0001, 0.4), st.floats(0.01, 0.99), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_no_canary_within_the_margin_earns_evidence_against_itself(
    line: Line, requests: tuple[int, int], base: float, above: float, stable: float, within: float
) -> None:
    guess = line.at(base) + (1 - line.at(base)) * above
    canary = within * min(1.0, line.at(stable))
    mean = expectation(lambda table: exp(log_e(table, base, guess, line)), *requests, stable, canary)
    assert mean <= 1 + 1e-9


@settings(deadline=None, max_examples=60)
@given(lines, exposures, st.floats(0.0001, 0.4), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_no_canary_beyond_the_gate_earns_evidence_for_itself(
    line: Line, requests: tuple[int, int], base: float, stable: float, beyond: float
) -> None:
    least = line.at(stable * 0.45)
    canary = least + (1 - least) * beyond
    mean = expectation(lambda table: exp(log_e(table, base, base, line)), *requests, stable * 0.45, canary)
    assert mean <= 1 + 1e-9


@settings(deadline=None)
@given(lines, st.floats(1e-5, 0.4), st.floats(1e-5, 0.99), st.floats(0.01, 0.99))
def test_the_projection_is_the_nearest_point_of_the_line(
    line: Line, stable: float, canary: float, share: float
) -> None:
    a, b = project(stable, canary, share, line)

    def distance(place: float) -> float:
        parts = Counts(1_000_000, round(stable * 1_000_000), 1_000_000, round(canary * 1_000_000))
        rest = Counts(parts.stable, parts.stable_faults), Counts(0, 0, parts.canary, parts.canary_faults)
        return -(1 - share) * log_likelihood(rest[0], place, 0.5) - share * log_likelihood(rest[1], 0.5, line.at(place))

    oracle = minimize_scalar(distance, bounds=(1e-9, (1 - 1e-9 - line.difference) / line.ratio), method="bounded")
    assert 0 < a < 1
    assert b == line.at(a)
    assert distance(a) <= float(oracle.fun) + 1.0


def test_without_requests_of_both_versions_nothing_is_learnt() -> None:
    line = Line(1.1, 0.0005)
    assert log_e(Counts(stable=10), 0.001, 0.1, line) == 0
    assert log_e(Counts(canary=10, canary_faults=10), 0.001, 0.1, line) == 0


def test_growth_is_the_expected_log_e_of_one_canary_request_and_its_part_of_stables() -> None:
    line, guess = Line(1.5, 0.005), (0.002, 0.002)
    expected = expectation(lambda table: log_e(table, *guess, line), 3, 1, 0.01, 0.02)
    assert growth(0.01, 0.02, guess, 0.25, line) == pytest.approx(expected)


def test_the_published_request_number_of_the_half_point_gate_is_met() -> None:
    per_canary_request = growth(0.001, 0.001, (0.001, 0.001), 0.5, Line(1.0, 0.005))
    assert 2 * 4.605 / per_canary_request == pytest.approx(3_076, rel=0.01)


def test_a_few_guesses_and_many_are_projected_to_the_same_digits() -> None:
    dice = random.Random(4)
    tables = [
        Table(
            Counts(dice.randrange(1, 900), 1, dice.randrange(1, 900), 1),
            dice.random() * 10 ** -dice.randrange(4),
            tuple(dice.random() for _ in range(8)),
            Line(1 + dice.random(), dice.random() / 10),
        )
        for _ in range(200)
    ]
    assert log_es(tables) == [log_es((table,))[0] for table in tables]
