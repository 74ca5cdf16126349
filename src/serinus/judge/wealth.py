"""Several ways to bet against the canary as one bet, with a part kept in cash for harm that begins late.
In: log e of each component, the time, the weight. Out: the wealth, itself an e-process: P(ever >= 1/α) <= α.
A mixture over components and over the times at which they begin; what is invested when depends on no outcome.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, log, log1p

from msgspec import Struct
from msgspec.structs import replace

CASH = 0.2
HALF_AFTER_S = 1200.0
INVEST_AT_STEP = 0.25
LARGEST = 690.0


class Wealth(Struct, frozen=True):
    """`cash` lies idle, `logs`: log of what each component holds. `at` (epoch s), `weight` (0…1): of the last bet;
    `began`: of the first.
    """

    logs: tuple[float, ...]
    cash: float = CASH
    at: float | None = None
    weight: float | None = None
    began: float | None = None

    @property
    def log_e(self) -> float:
        """Log of all that is held."""
        return log_sum((log(self.cash), *self.logs))


def opening(components: int) -> Wealth:
    """Wealth 1: CASH in cash, the rest spread evenly."""
    return spread((1 / components,) * components)


def spread(prior: Sequence[float]) -> Wealth:
    """Wealth 1: CASH in cash, the rest on the components by their prior, which sums to 1."""
    return Wealth(tuple(log((1 - CASH) * part) for part in prior))


def bet(
    wealth: Wealth, log_es: Sequence[float], at: float, weight: float | None, prior: Sequence[float] = ()
) -> Wealth:
    """Invest what is due at `at` (epoch s) and at a change of weight, then multiply by each component's e.

    What is invested is spread by `prior`, evenly without one.
    """
    began = at if wealth.began is None else wealth.began
    kept = _kept(0.0 if wealth.at is None else wealth.at - began, at - began)
    known = wealth.weight if weight is None else weight
    if wealth.weight is not None and known != wealth.weight:
        kept *= 1 - INVEST_AT_STEP
    invested = wealth.cash * (1 - kept)
    parts = prior or (1 / len(wealth.logs),) * len(wealth.logs)
    held = _with(wealth.logs, invested, parts) if invested > 0 else wealth.logs
    logs = tuple([one + e for one, e in zip(held, log_es, strict=True)])
    return replace(wealth, logs=logs, cash=max(wealth.cash * kept, exp(-LARGEST)), at=at, weight=known, began=began)


def _kept(before: float, now: float) -> float:
    """The part of the cash that stays between two ages in seconds: it halves ever more slowly, so that some is left for
    harm that begins after hours.
    """
    return (before + HALF_AFTER_S) / (max(before, now) + HALF_AFTER_S)


def _with(logs: Sequence[float], invested: float, parts: Sequence[float]) -> list[float]:
    """Log of what each component holds after so much was invested."""
    fresh = [log(invested * part) for part in parts]
    return [
        one + log1p(exp(other - one)) if one >= other else other + log1p(exp(one - other))
        for one, other in zip(logs, fresh, strict=True)
    ]


def log_sum(logs: Sequence[float]) -> float:
    """Log of the sum of exp."""
    top = max(logs)
    return top + log(sum([exp(value - top) for value in logs])) if top > -inf else top


def plain(log_value: float) -> float:
    """exp, kept within what a JSON number can hold."""
    return exp(min(log_value, LARGEST))
