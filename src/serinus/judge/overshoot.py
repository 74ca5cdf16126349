"""Overshoot lent in advance: evidence on faults beyond the threshold decides nothing more, so it may count earlier.
In: evidence with a tick in it, the tick's tables. Out: its `Boost`. Fischer & Ramdas (2024), for tests whose law on the
border of the null is known: those by the odds, where a ratio is all that is tolerated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

from msgspec import Struct
from msgspec.structs import replace

from serinus.judge.counts import Counts
from serinus.judge.evidence import Boost, Endpoint, Evidence
from serinus.judge.hypergeometric import log_boost
from serinus.judge.metrics import FAULTS, decisive
from serinus.judge.policy import Policy
from serinus.judge.wealth import Wealth, log_sum


class Faults(Struct, frozen=True):
    """One endpoint's table of a tick, and log e of each bet on it."""

    counts: Counts
    log_es: tuple[float, ...]


def boosted(evidence: Evidence, tick: Mapping[str, Faults], policy: Policy) -> Boost:
    """What the boost is after a tick. Its tables are independent, given the exposures: they enter one after the other.

    Without a law, after harm was found, or when the false-alarm rate has been changed meanwhile: as it was.
    """
    most = log(decisive(FAULTS, 1, policy))
    if policy.faults.difference > 0 or evidence.found_at is not None or evidence.boost.most not in (0.0, most):
        return evidence.boost
    boost, ahead = Boost(evidence.boost.log, most), dict(tick)
    for name, faults in tick.items():
        held, idle = _before(evidence, name, ahead, boost.log + log(0.5))
        more = log_boost(faults.counts, policy.faults.ratio, held, idle, most)
        boost = replace(boost, log=boost.log + more)
        del ahead[name]
    return boost


def _before(evidence: Evidence, name: str, ahead: Mapping[str, Faults], more: float) -> tuple[list[float], float]:
    """Log of what the bets that the table of `name` moves hold, and of all else, while the tables `ahead` are still to
    come; each with `more` added.
    """
    assert evidence.shared is not None
    shared = _without(evidence.shared, [faults.log_es for faults in ahead.values()])
    singles = {
        stratum: _as_part(endpoint, [ahead[stratum].log_es] if stratum in ahead else [])
        for stratum, endpoint in evidence.endpoints.items()
    }
    own = singles.pop(name)
    held = [more + log_sum(pair) for pair in zip(shared.logs, own.logs, strict=True)]
    resting = [log(shared.cash), log(own.cash), *(single.log_e for single in singles.values())]
    return held, more + log_sum(resting)


def _without(wealth: Wealth, bets: Sequence[Sequence[float]]) -> Wealth:
    return replace(wealth, logs=tuple(held - sum(log_es) for held, *log_es in zip(wealth.logs, *bets, strict=True)))


def _as_part(endpoint: Endpoint, bets: Sequence[Sequence[float]]) -> Wealth:
    """What the endpoint holds of all bets on single ones."""
    wealth, part = _without(endpoint.wealth, bets), endpoint.parts[FAULTS]
    return replace(wealth, logs=tuple(held + log(part) for held in wealth.logs), cash=wealth.cash * part)
