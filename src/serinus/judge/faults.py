"""The fault metric: bets against "the canary's fault share is within the margin", and for "it is within the gate".
In: a table, stable's guessed base rate, the limits. Out: log e of each component, always the same number of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from serinus.judge import hypergeometric, ripr
from serinus.judge.counts import Counts
from serinus.judge.policy import Gate, Margin

WORSE = (1.5, 2.0, 3.0, 5.0, 10.0, 30.0)
GROSS = (0.1, 0.9)
SHARE_PRIOR = (0.08, 0.24, 0.28, 0.2, 0.1, 0.03, 0.04, 0.03)
ODDS_PRIOR = (0.01, 0.06, 0.18, 0.24, 0.26, 0.2, 0.035, 0.015)


def components(margin: Margin) -> int:
    """How many bets are placed against the canary."""
    return len(hypergeometric.WORSE) if margin.difference == 0 else len(WORSE) + len(GROSS)


def prior(margin: Margin) -> tuple[float, ...]:
    """How the bets are spread, most on what broken releases look like: two to ten times stable's share."""
    return ODDS_PRIOR if margin.difference == 0 else SHARE_PRIOR


class Question(Struct, frozen=True):
    """A table, stable's guessed share, and what is tolerated."""

    counts: Counts
    base: float
    margin: Margin


def harm(counts: Counts, base: float, margin: Margin) -> tuple[float, ...]:
    """Log e of each bet against p2 <= m(p1).

    A margin that is a ratio only is read as an odds ratio and needs no base rate. Else each bet guesses that stable
    faults at `base` and the canary above the margin by a factor, or grossly.
    """
    return harms((Question(counts, base, margin),))[0]


def harms(questions: Sequence[Question]) -> list[tuple[float, ...]]:
    """The same for several tables at once."""
    tables = {place: table for place, one in enumerate(questions) if (table := _table(one))}
    projected = dict(zip(tables, ripr.log_es(tuple(tables.values())), strict=True))
    return [projected.get(place) or _without_guess(one) for place, one in enumerate(questions)]


def _table(question: Question) -> ripr.Table | None:
    counts, margin = question.counts, question.margin
    line = ripr.Line(margin.ratio, margin.difference)
    guesses = _guesses(line.at(question.base))
    if margin.difference == 0 or not (counts.stable and counts.canary and guesses):
        return None
    return ripr.Table(counts, question.base, guesses, line)


def _without_guess(question: Question) -> tuple[float, ...]:
    if question.margin.difference == 0:
        return hypergeometric.log_es(question.counts, question.margin.ratio)
    return (0.0,) * components(question.margin)


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
