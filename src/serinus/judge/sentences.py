"""One plain sentence for each finding, the same everywhere it is shown. In: checks, splits. Out: text."""

from __future__ import annotations

from serinus.judge.counts import Counts
from serinus.judge.verdict import Check, Interval, Share, Split


def percent(value: float) -> str:
    """0.0512 → 5.1 %."""
    return f"{value * 100:.1f} %" if value == 0 or value >= 0.001 else f"{value * 100:.2g} %"


def points(value: float) -> str:
    """0.051 → +5.1, 0.0005 → +0.05: percentage points with their sign."""
    digits = 2 if 0 < abs(value) < 0.001 else 1
    return f"{value * 100:+.{digits}f}".replace("-", "−")


def bound(value: float) -> str:
    """A limit in two digits: 0.01 → +1, 0.0005 → +0.05, 0.01412 → +1.4."""
    return f"{value * 100:+.2g}" if abs(value) < 0.1 else f"{value * 100:+.0f}"


def harm_found(check: Check, false_alarm: float) -> str:
    place = f" at {check.stratum}" if check.stratum else ""
    return (
        f"Harm found{place}: {_shares(check)}, {points(check.difference.estimate)} pp "
        f"({points(check.difference.low)} … {points(check.difference.high)}), "
        f"limit {bound(check.limit - check.stable.value)} pp, after {check.canary.requests:,} canary requests. "
        f"False-alarm rate ≤ {false_alarm * 100:g} %."
    )


def within_margin(check: Check) -> str:
    return (
        f"Within margin: {_shares(check)}, at most {points(check.difference.high)} pp, "
        f"gate {bound(check.gate - check.stable.value)} pp."
    )


def undecided(check: Check) -> str:
    gate = bound(check.gate - check.stable.value)
    if check.canary.value > check.gate:
        return f"Not enough yet: {_shares(check)}, beyond the gate of {gate} pp, but harm is not proven."
    if check.needed is None:
        return f"Not enough yet: {_shares(check)}, too near the gate of {gate} pp for more of the same to decide."
    return f"Not enough yet: ≈ {check.needed:,} more canary requests until faults within {gate} pp can be shown."


def no_canary(seen: Counts, needed: int | None) -> str:
    stable = f"; stable answered {seen.stable:,}" if seen.stable else ""
    more = f" ≈ {needed:,} are needed." if needed else ""
    return f"No canary requests seen in this step yet{stable}.{more}"


def too_few(missing: int) -> str:
    return f"Not enough yet: {missing:,} more canary requests in this step."


def uncovered(stratum: str) -> str:
    return f"Not enough yet: stable answers {stratum}, the canary has not been asked."


def split_mismatch(measured: Split) -> str:
    return (
        f"The split is not as asked: {percent(measured.desired)} asked for, {percent(measured.share)} measured "
        f"({percent(measured.low)} … {percent(measured.high)}) over {measured.requests:,} requests."
    )


def split_unverified(measured: Split | None) -> str:
    seen = measured.requests if measured else 0
    return f"The split is not verified yet: {seen:,} requests seen under the weight of this step, 20 are needed."


def alone(share: Share) -> str:
    return (
        f"Nothing is left to compare with at 100 %: {share.requests:,} canary requests answered, "
        f"faults {percent(share.value)}, split as asked."
    )


def worse_alone(interval: Interval, check: Check) -> str:
    return (
        f"At 100 % nothing is left to compare with, and the canary faults {percent(interval.estimate)} "
        f"({percent(interval.low)} … {percent(interval.high)}) where stable faulted {percent(check.stable.value)}."
    )


def _shares(check: Check) -> str:
    return f"faults {percent(check.stable.value)} → {percent(check.canary.value)}"
