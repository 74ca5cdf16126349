"""A verdict's checks as `serinus get` and `serinus explain` show them. In: a check. Out: its words and numbers."""

from __future__ import annotations

from rich.text import Text

from serinus.cli.progress import SIGNS
from serinus.judge.sentences import milliseconds
from serinus.judge.verdict import Check, Verdict, VerdictOutcome

ALL = "all endpoints"


def word(check: Check, verdict: Verdict) -> Text:
    """A check without a gate can condemn and need not pass; nor need any once the step has passed. Where harm was found
    nothing is said of the others.
    """
    need_not = check.gate >= 1 or verdict.outcome is VerdictOutcome.PASS
    open_ = check.outcome is VerdictOutcome.INSUFFICIENT and verdict.outcome is not VerdictOutcome.FAIL
    if open_ and need_not:
        return Text("○ no harm shown")
    sign, colour = SIGNS[check.outcome]
    return Text(f"{sign} {check.outcome}", colour)


def name(check: Check) -> str:
    """faults, latency p99."""
    return f"{check.name} {check.quantiles.name}" if check.quantiles else check.name


def quantiles(check: Check) -> str:
    """The version's latencies there; "" for what is about none."""
    seen = check.quantiles
    return f"{milliseconds(seen.stable)} → {milliseconds(seen.canary)}" if seen else ""


def difference(check: Check) -> str:
    """In percentage points, with its interval."""
    seen = check.difference
    return f"{100 * seen.estimate:+.2f} pp ({100 * seen.low:+.2f} … {100 * seen.high:+.2f})"


def limit(check: Check) -> str:
    """As a difference too, "" for none."""
    return f"limit {100 * (check.limit - check.stable.value):+.2f} pp" if check.limit < 1 else ""


def against(check: Check) -> str:
    """Evidence of harm, and where it decides."""
    return f"{evidence(check.e_fail)}, decides at {check.decisive:,.0f}"


def evidence(value: float) -> str:
    """0.61, 440, 12,300, > 1,000,000: it multiplies, what is far beyond any decision needs no digits."""
    if value > 1e6:
        return "> 1,000,000"
    if value < 0.01:
        return "< 0.01"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
