"""Evidence that another release of Serinus has stored. In: evidence, policy. Out: whether its bets can be gone on with.
Any stored evidence decodes: fields are only ever added, with defaults. Bets that are no longer the same in number or in
parts cannot be multiplied with those of today: then a new test begins, as it does with other limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from serinus.judge.evidence import Evidence
from serinus.judge.metrics import FAULTS, PARTS
from serinus.judge.policy import Policy
from serinus.judge.stakes import prior
from serinus.judge.wealth import Wealth


def continues(evidence: Evidence, policy: Policy) -> bool:
    """Whether all its bets are those that are placed today, and each gate has asked for the tail."""
    if len(evidence.tails) != len(evidence.gate_logs):
        return False
    if any(endpoint.parts.keys() != PARTS.keys() for endpoint in evidence.endpoints.values()):
        return False
    return all(metric in PARTS and len(held.logs) == len(prior(metric, policy)) for metric, held in _bets(evidence))


def _bets(evidence: Evidence) -> Iterator[tuple[str, Wealth]]:
    if evidence.shared is not None:
        yield FAULTS, evidence.shared
    yield from evidence.others.items()
    for endpoint in evidence.endpoints.values():
        yield FAULTS, endpoint.wealth
        yield from ((metric, stake.wealth) for metric, stake in endpoint.others.items())
