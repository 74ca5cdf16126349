"""What the requests with which traces begin came to, through each version. In: an endpoint's past, blocks. Out: anew;
and an objective that such requests miss whichever version they reach: what is wrong there is shared.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from serinus.judge.baserate import BaseRate, learn
from serinus.judge.evidence import Endpoint, Entrance, Evidence
from serinus.judge.histogram import faded, merged
from serinus.judge.metrics import FAULTS
from serinus.judge.observation import Block, Entries
from serinus.judge.policy import Policy
from serinus.judge.slowness import plainly, quantile, share_of, slow
from serinus.judge.stakes import HALF_LIFE_S
from serinus.judge.verdict import Breach


def noted(endpoint: Endpoint, blocks: Sequence[Block], end: float) -> Endpoint:
    """The endpoint with the entries of blocks that end together (epoch s)."""
    stable, canary = ([block.stable.entries for block in blocks], [block.canary.entries for block in blocks])
    named = [one for one in (*stable, *canary) if one.requests]
    if not named:
        return endpoint
    known = endpoint.entrance or Entrance()
    factor = 1.0 if known.at is None else 0.5 ** (max(0.0, end - known.at) / HALF_LIFE_S)
    most = max(named, key=lambda one: one.requests)
    found = Entrance(
        stable=faded(known.stable, factor, merged([one.latency for one in stable])),
        canary=faded(known.canary, factor, merged([one.latency for one in canary])),
        at=end,
        stable_faults=_learn(known.stable_faults, stable, end),
        canary_faults=_learn(known.canary_faults, canary, end),
        endpoint=most.endpoint,
        dependency=most.dependency,
    )
    return replace(endpoint, entrance=found)


def _learn(rate: BaseRate, arm: Sequence[Entries], end: float) -> BaseRate:
    return learn(rate, sum(one.requests for one in arm), sum(one.faults for one in arm), end)


def breach(evidence: Evidence, policy: Policy) -> Breach | None:
    """The first endpoint at which entries through both versions have plainly missed an objective lately."""
    for one in evidence.endpoints.values():
        if one.entrance and (found := _missed(one.entrance, policy)):
            return replace(found, entry=one.entrance.endpoint, dependency=one.entrance.dependency)
    return None


def _missed(seen: Entrance, policy: Policy) -> Breach | None:
    limit = policy.objective.faults
    if plainly(seen.stable_faults, limit, policy) and plainly(seen.canary_faults, limit, policy):
        return Breach(FAULTS, limit, share_of(seen.stable_faults), share_of(seen.canary_faults))
    for name, seconds in policy.objective.entry.items():
        if all(slow(held, name, seconds, policy) for held in (seen.stable, seen.canary)):
            return Breach(name, seconds, quantile(seen.stable, name), quantile(seen.canary, name))
    return None
