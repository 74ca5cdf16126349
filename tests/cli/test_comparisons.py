from __future__ import annotations

import pytest
from msgspec.structs import replace

from serinus.cli import comparisons
from serinus.judge.verdict import Check, Interval, Quantiles, Reason, Share, Verdict, VerdictOutcome

OPEN = VerdictOutcome.INSUFFICIENT
CHECK = Check("latency", "GET /a", Share(1, 1000), Share(20, 1000), Interval(0.001, 0.019, 0.04), 0.011, 3.0, 1.0, OPEN)


@pytest.mark.parametrize(
    ("gate", "whole", "said"),
    [
        (1.0, OPEN, "○ no harm shown"),
        (0.01, OPEN, "◔ insufficient"),
        (0.01, VerdictOutcome.PASS, "○ no harm shown"),
        (1.0, VerdictOutcome.FAIL, "◔ insufficient"),
    ],
)
def test_a_check_that_need_not_pass_is_not_called_insufficient(gate: float, whole: VerdictOutcome, said: str) -> None:
    verdict = Verdict(whole, Reason.UNDECIDED, "")
    assert str(comparisons.word(replace(CHECK, gate=gate), verdict)) == said


def test_a_latency_check_tells_its_quantile_and_its_limit_as_a_difference() -> None:
    check = replace(CHECK, quantiles=Quantiles("p99", 0.0112, 0.208))
    assert comparisons.name(check) == "latency p99"
    assert comparisons.quantiles(check) == "11.2 ms → 208 ms"
    assert comparisons.limit(check) == "limit +1.00 pp"
    assert comparisons.limit(replace(check, limit=1.0)) == ""


@pytest.mark.parametrize(
    ("value", "text"), [(0.613, "0.613"), (440.33, "440"), (12300.0, "12,300"), (1e9, "> 1,000,000"), (1e-11, "< 0.01")]
)
def test_evidence_is_a_number_that_can_be_read(value: float, text: str) -> None:
    assert comparisons.evidence(value) == text
