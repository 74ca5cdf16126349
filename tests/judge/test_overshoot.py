"""The promise itself, without dice: with every table that two endpoints can show in two ticks, harm is found no oftener
than the false-alarm rate.
"""

from __future__ import annotations

from itertools import product
from math import exp, log

import pytest
from msgspec.structs import replace

from serinus.judge.evidence import Boost, Evidence
from serinus.judge.fold import fold
from serinus.judge.metrics import decisive
from serinus.judge.observation import Arm, Block, Window
from serinus.judge.overshoot import Faults, boosted
from serinus.judge.policy import Margin, Policy
from tests.judge.enumeration import binomial

STRICT = Policy(faults=Margin(1.0, 0.0), false_alarm=0.6)
FAULTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2))
ENDPOINTS = (("GET /a", 0.3), ("GET /b", 0.6))


def tick(evidence: Evidence, at: float, tables: tuple[tuple[int, int], ...]) -> Evidence:
    """One stable request and two canary requests at each endpoint."""
    blocks = tuple(
        Block(name, at, at + 5, 0.5, Arm(1, x1), Arm(2, x2))
        for (name, _), (x1, x2) in zip(ENDPOINTS, tables, strict=True)
    )
    return fold(evidence, Window(blocks, at + 5), STRICT, 50, 0.0)


def chance(tables: tuple[tuple[int, int], ...]) -> float:
    likely = 1.0
    for (_, share), (x1, x2) in zip(ENDPOINTS, tables, strict=True):
        likely *= binomial(x1, 1, share) * binomial(x2, 2, share)
    return likely


def plain(evidence: Evidence) -> bool:
    """Whether harm would be found without the boost."""
    return replace(evidence, boost=Boost()).harm_log_e >= -log(STRICT.false_alarm)


def test_harm_is_found_no_oftener_than_promised_and_oftener_than_without_the_boost() -> None:
    found = without = worth = 0.0
    for first in product(FAULTS, repeat=2):
        begun = tick(Evidence(), 0.0, first)
        for second in product(FAULTS, repeat=2):
            ended, likely = tick(begun, 5.0, second), chance(first) * chance(second)
            found += likely * (ended.found_at is not None)
            without += likely * (plain(begun) or plain(ended))
            last = begun if begun.found_at else ended
            worth += likely * exp(min(last.metric_log_e("faults"), log(decisive("faults", 1, STRICT))))
    assert 0 < without < found <= STRICT.false_alarm
    assert 0.99 < worth <= 1 + 1e-9


def test_nothing_is_lent_without_a_law_after_harm_or_for_another_rate() -> None:
    evidence = tick(Evidence(), 0.0, ((0, 1), (0, 1)))
    table = {"GET /a": Faults(evidence.endpoints["GET /a"].counts, (0.0,) * 8)}
    lent = boosted(evidence, table, STRICT)
    assert lent.most == pytest.approx(evidence.boost.most)
    for other in (replace(STRICT, false_alarm=0.01), replace(STRICT, faults=Margin())):
        assert boosted(evidence, table, other) is evidence.boost
    assert boosted(replace(evidence, found_at=5.0), table, STRICT) is evidence.boost


def test_evidence_counts_more_up_to_the_threshold_and_no_further() -> None:
    evidence = tick(Evidence(), 0.0, ((0, 2), (0, 2)))
    raw = replace(evidence, boost=Boost()).metric_log_e("faults")
    assert replace(evidence, boost=Boost(0.5, raw + 9)).metric_log_e("faults") == pytest.approx(raw + 0.5)
    assert replace(evidence, boost=Boost(9.0, raw + 1)).metric_log_e("faults") == pytest.approx(raw + 1)
    assert replace(evidence, boost=Boost(9.0, raw - 1)).metric_log_e("faults") == raw
