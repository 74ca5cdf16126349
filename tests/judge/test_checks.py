from __future__ import annotations

import pytest

from serinus.judge.checks import checks, culprit
from serinus.judge.evidence import Evidence
from serinus.judge.fold import fold
from serinus.judge.observation import Arm, Block, Window
from serinus.judge.policy import Margin, Policy
from serinus.judge.verdict import Share, VerdictOutcome


def evidence_of(*rows: tuple[str, Arm, Arm], policy: Policy | None = None) -> Evidence:
    window = Window(tuple(Block(name, 0.0, 5.0, 0.5, stable, canary) for name, stable, canary in rows), 5.0)
    return fold(Evidence(), window, policy or Policy(), 50, 0.0)


def test_one_endpoint_is_one_check() -> None:
    (check,) = checks(evidence_of(("GET /a", Arm(100, 1), Arm(90, 1))), Policy(), 50)
    assert (check.stratum, check.stable, check.canary) == ("", Share(1, 100), Share(1, 90))
    assert check.limit == pytest.approx(1.1 * 0.01 + 0.0005)
    assert check.gate == pytest.approx(1.5 * 0.01 + 0.005)


def test_several_endpoints_follow_the_whole_with_the_worst_first() -> None:
    evidence = evidence_of(("GET /a", Arm(100), Arm(90)), ("GET /b", Arm(100), Arm(90, 40)))
    found = checks(evidence, Policy(), 50)
    assert [check.stratum for check in found] == ["", "GET /b", "GET /a"]
    assert found[0].canary == Share(40, 180)


def test_the_endpoint_proven_alone_speaks_for_the_verdict() -> None:
    found = checks(evidence_of(("GET /a", Arm(100), Arm(90)), ("GET /b", Arm(100), Arm(90, 40))), Policy(), 50)
    assert culprit(found).stratum == "GET /b"
    assert culprit(found).outcome is VerdictOutcome.FAIL


def test_harm_spread_over_endpoints_is_spoken_for_by_the_whole() -> None:
    found = checks(evidence_of(*((f"GET /{name}", Arm(100), Arm(100, 4)) for name in "abcdef")), Policy(), 50)
    assert found[0].outcome is VerdictOutcome.FAIL
    assert culprit(found).stratum == ""


def test_bounds_agree_with_what_the_tests_have_shown() -> None:
    (within,) = checks(evidence_of(("GET /a", Arm(1200), Arm(1200))), Policy(), 50)
    assert within.outcome is VerdictOutcome.PASS
    assert within.difference.high <= within.gate - within.stable.value
    (worse,) = checks(evidence_of(("GET /a", Arm(100), Arm(100, 15))), Policy(), 50)
    assert worse.outcome is VerdictOutcome.FAIL
    assert worse.difference.low >= worse.limit - worse.stable.value


def test_a_margin_of_odds_is_shown_with_the_odds() -> None:
    policy = Policy(faults=Margin(1.1, 0.0))
    (check,) = checks(evidence_of(("GET /a", Arm(1000, 10), Arm(1000, 50)), policy=policy), policy, 50)
    assert check.odds is not None
    assert check.odds.low < 5 < check.odds.high


def test_at_full_weight_nothing_passes_by_comparison() -> None:
    (check,) = checks(evidence_of(("GET /a", Arm(2000), Arm(2000))), Policy(), 100)
    assert check.outcome is VerdictOutcome.INSUFFICIENT
