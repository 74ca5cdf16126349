"""Numbers as a person reads them, in reports. In: shares, seconds, epoch times. Out: text."""

from __future__ import annotations

from datetime import UTC, datetime

from serinus.judge.sentences import bound, percent, points
from serinus.judge.verdict import Check, Split

SIGNS = {"pass": "✔", "fail": "✖", "insufficient": "◔", "error": "⊘", "promoted": "✔", "rolled back": "✖"}
WORDS = {"pass": "pass", "fail": "fail", "insufficient": "undecided", "error": "no data"}


def moment(at: float | None) -> str:
    """12:01:21 UTC with its date; … for a time that has not come."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "…"


def lasted(seconds: float) -> str:
    """28 s, 4 min 10 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


def difference(check: Check) -> str:
    if not check.stable.requests + check.canary.requests:
        return "none compared"
    seen = check.difference
    return f"{points(seen.estimate)} pp ({points(seen.low)} … {points(seen.high)})"


def named(check: Check) -> str:
    """`faults GET /info`, `latency p99 (all endpoints)`."""
    words = (check.name, check.quantiles.name if check.quantiles else "", check.stratum or "(all endpoints)")
    return " ".join(word for word in words if word)


def limit(check: Check) -> str:
    """What the difference may be, in percentage points; a limit of everything is none."""
    return f"{bound(check.limit - check.stable.value)} pp" if check.limit < 1 else "none"


def measured(split: Split | None) -> str:
    if split is None:
        return "not measured"
    agrees = {True: "as asked", False: "NOT as asked", None: "too few to say"}[split.agrees]
    return f"{percent(split.share)} ({percent(split.low)} … {percent(split.high)}) of {split.requests:,}, {agrees}"
