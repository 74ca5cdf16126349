"""The fault metric: bets against "the canary's fault share is within the margin", and for "it is within the gate".
In: a table, stable's guessed base rate, the limits. Out: log e of each component, always the same number of them.
"""

from __future__ import annotations

from serinus.judge import hypergeometric, ripr
from serinus.judge.counts import Counts
from serinus.judge.policy import Gate, Margin

WORSE = (1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
GROSS = (0.1, 0.9)


def components(margin: Margin) -> int:
    """How many bets are placed against the canary."""
    return len(hypergeometric.WORSE) if margin.difference == 0 else len(WORSE) + len(GROSS)


def harm(counts: Counts, base: float, margin: Margin) -> tuple[float, ...]:
    """Log e of each bet against p2 <= m(p1).

    A margin that is a ratio only is read as an odds ratio and needs no base rate. Else each bet guesses that stable
    faults at `base` and the canary above the margin by a factor, or grossly.
    """
    if margin.difference == 0:
        return hypergeometric.log_es(counts, margin.ratio)
    if not (counts.stable and counts.canary):
        return (0.0,) * components(margin)
    line = ripr.Line(margin.ratio, margin.difference)
    return tuple(ripr.log_e(counts, base, guess, line) for guess in _guesses(line.at(base))) or (
        (0.0,) * components(margin)
    )


def _guesses(limit: float) -> tuple[float, ...]:
    """Canary shares above the limit; none where the limit is out of reach."""
    if limit >= 1 - 1e-6:
        return ()
    midway = (limit + 1) / 2
    by_factor = (min(limit * factor, midway) for factor in WORSE)
    return (*by_factor, *(share if share > limit else midway for share in GROSS))


def harmless(counts: Counts, base: float, gate: Gate) -> float:
    """Log e against p2 >= m(p1), guessing that both versions fault at `base`; 0 where the gate is out of reach."""
    line = ripr.Line(gate.ratio, gate.difference)
    if not base < line.at(base) < 1 - 1e-6:
        return 0.0
    return ripr.log_e(counts, base, base, line)
