from __future__ import annotations

import pytest

from serinus.judge.counts import Counts
from serinus.judge.metrics import COUNTED, PARTS, counted, margin
from serinus.judge.observation import Arm, Block
from serinus.judge.policy import Margin, Policy


def test_all_metrics_share_one_bet() -> None:
    assert sum(PARTS.values()) == pytest.approx(1)


def test_each_metric_counts_its_own_events() -> None:
    block = Block("a", 0, 5, 0.5, Arm(9, 1, 2, 3, missing=1, callers=1), Arm(8, 4, 5, 6))
    assert [counted([block, block], metric) for metric in COUNTED] == [
        Counts(18, 4, 16, 10),
        Counts(18, 6, 16, 12),
        Counts(18, 2, 16, 0),
        Counts(18, 2, 16, 0),
    ]


def test_answers_that_never_came_are_tolerated_as_faults_are() -> None:
    policy = Policy(faults=Margin(2.0, 0.1), errors=Margin(3.0, 0.2))
    assert margin(policy, "missing") == Margin(2.0, 0.1)
    assert margin(policy, "errors") == Margin(3.0, 0.2)
