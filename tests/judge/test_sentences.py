from __future__ import annotations

import pytest
from msgspec.structs import replace

from serinus.judge import sentences
from serinus.judge.counts import Counts
from serinus.judge.verdict import Check, Interval, Share, Split, VerdictOutcome


def check(
    stable: Share, canary: Share, interval: Interval, stratum: str = "", needed: int | None = None, gate: float = 0.01
) -> Check:
    limit = 1.1 * stable.value + 0.0005
    return Check("faults", stratum, stable, canary, interval, limit, 1, 1, VerdictOutcome.INSUFFICIENT, needed, gate)


def test_harm_names_shares_difference_interval_limit_requests_and_false_alarm_rate() -> None:
    found = check(Share(0, 640), Share(11, 212), Interval(0.02, 0.0512, 0.098))
    assert sentences.harm_found(replace(found, outcome=VerdictOutcome.FAIL), 212, 0.01) == (
        "Harm found: faults 0.0 % → 5.2 %, +5.1 pp (+2.0 … +9.8), limit +0.05 pp, after 212 canary requests. "
        "False-alarm rate ≤ 1 %."
    )


def test_harm_names_the_endpoint_that_is_proven_alone() -> None:
    found = check(Share(1, 1000), Share(120, 2000), Interval(0.03, 0.059, 0.1), stratum="POST /usermgmt/user")
    sentence = sentences.harm_found(replace(found, outcome=VerdictOutcome.FAIL), 2000, 0.001)
    assert sentence.startswith("Harm found at POST /usermgmt/user: faults 0.1 % → 6.0 %")
    assert "after 2,000 canary requests" in sentence
    assert "≤ 0.1 %" in sentence


def test_harm_that_all_endpoints_together_prove_names_the_one_with_most_of_it() -> None:
    found = check(Share(1, 1000), Share(40, 2000), Interval(0.01, 0.019, 0.03), stratum="GET /a")
    assert sentences.harm_found(found, 2000, 0.01) == (
        "Harm found, most of it at GET /a: faults 0.1 % → 2.0 %, limit +0.06 pp, after 2,000 canary requests. "
        "False-alarm rate ≤ 1 %."
    )


def test_a_pass_names_the_most_that_is_possible() -> None:
    fine = check(Share(0, 900), Share(1, 1000), Interval(-0.002, 0.001, 0.008))
    assert sentences.within_margin(fine) == "Within margin: faults 0.0 % → 0.1 %, at most +0.8 pp, gate +1 pp."


def test_a_shared_fault_reads_well() -> None:
    both = check(Share(20, 1000), Share(19, 1000), Interval(-0.013, -0.001, 0.012), needed=310, gate=0.04)
    assert sentences.undecided(both) == (
        "Not enough yet: ≈ 310 more canary requests until faults within +2 pp can be shown."
    )
    assert sentences.within_margin(both) == "Within margin: faults 2.0 % → 1.9 %, at most +1.2 pp, gate +2 pp."


def test_when_more_of_the_same_will_not_decide_it_says_so() -> None:
    near = check(Share(0, 1000), Share(9, 1000), Interval(-0.001, 0.009, 0.03))
    assert "too near the gate of +1 pp for more of the same to decide" in sentences.undecided(near)
    beyond = check(Share(0, 100), Share(4, 100), Interval(-0.001, 0.04, 0.1))
    assert sentences.undecided(beyond) == (
        "Not enough yet: faults 0.0 % → 4.0 %, beyond the gate of +1 pp, but harm is not proven."
    )


def test_a_split_that_is_not_as_asked_names_both() -> None:
    seen = Split(0.5, 0.382, 0.35, 0.415, 1203, 1e9, agrees=False)
    assert sentences.split_mismatch(seen) == (
        "The split is not as asked: 50.0 % asked for, 38.2 % measured (35.0 % … 41.5 %) over 1,203 requests."
    )


def test_nothing_seen_says_what_is_needed() -> None:
    assert sentences.no_canary(Counts(), 480) == "No canary requests seen in this step yet. ≈ 480 are needed."
    assert sentences.no_canary(Counts(1200), None) == (
        "No canary requests seen in this step yet; stable answered 1,200."
    )


@pytest.mark.parametrize(("value", "text"), [(0.0, "0.0 %"), (0.0512, "5.1 %"), (0.0003, "0.03 %"), (1.0, "100.0 %")])
def test_percent(value: float, text: str) -> None:
    assert sentences.percent(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.051, "+5.1"), (0.0005, "+0.05"), (-0.012, "−1.2"), (0.0, "+0.0")])
def test_points(value: float, text: str) -> None:
    assert sentences.points(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.01, "+1"), (0.0005, "+0.05"), (0.01412, "+1.4"), (0.1, "+10"), (1.0, "+100"), (0.0, "+0")]
)
def test_bound(value: float, text: str) -> None:
    assert sentences.bound(value) == text


def test_times_are_said_as_people_say_them() -> None:
    assert [sentences.lasting(seconds) for seconds in (0.2, 40, 660, 10_800)] == [
        "≈ 1 s",
        "≈ 40 s",
        "≈ 11 min",
        "≈ 3 h",
    ]
    assert [sentences.milliseconds(seconds) for seconds in (0.0342, 1.234)] == ["34.2 ms", "1.23 s"]
