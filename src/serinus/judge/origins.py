"""Where failures come from. In: an endpoint's known origins, blocks. Out: origins anew, and ranked `Source`s.
At most eight causes an endpoint are kept; a cause that comes when there is no room takes the place of the rarest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from serinus.judge.evidence import Endpoint, Evidence, Origin
from serinus.judge.observation import Block, Cause
from serinus.judge.verdict import Source

MOST_ORIGINS = 8
MOST_SOURCES = 5
MOST_SLOWEST = 3


def noted(endpoint: Endpoint, blocks: Sequence[Block], *, warm: bool) -> Endpoint:
    """The endpoint with the blocks' causes, and where latencies count its slowest traces."""
    origins = {origin.cause: origin for origin in endpoint.origins}
    for block in blocks:
        _note(origins, block)
    kept = sorted(origins.values(), key=_frequent_first)[:MOST_ORIGINS]
    found = replace(endpoint, origins=tuple(kept))
    return _with_slowest(found, blocks) if warm else found


def _with_slowest(endpoint: Endpoint, blocks: Sequence[Block]) -> Endpoint:
    """Of those that took equally long the newest first."""
    arms = [block.canary for block in reversed(blocks) if block.canary.slowest and block.canary.latency]
    fresh = [(arm.slowest, arm.latency[-1][0]) for arm in arms]
    known = [pair for pair in zip(endpoint.slowest, endpoint.took, strict=False) if pair[0] not in dict(fresh)]
    ranked = sorted((*fresh, *known), key=lambda pair: -pair[1])[:MOST_SLOWEST]
    return replace(endpoint, slowest=tuple(trace for trace, _ in ranked), took=tuple(took for _, took in ranked))


def _note(origins: dict[Cause, Origin], block: Block) -> None:
    for caused in block.canary.causes:
        known = origins.get(caused.cause, Origin(caused.cause))
        twin = block.stable.typical or known.twin
        origins[caused.cause] = replace(
            known, canary=known.canary + caused.count, worst=caused.worst, typical=caused.typical, twin=twin
        )
    for caused in block.stable.causes:
        known = origins.get(caused.cause, Origin(caused.cause))
        origins[caused.cause] = replace(known, stable=known.stable + caused.count, twin=caused.typical)


def _frequent_first(origin: Origin) -> tuple[int, str, str, str]:
    cause = origin.cause
    return -origin.canary - origin.stable, cause.dependency, cause.kind, cause.exception


def sources(evidence: Evidence) -> tuple[Source, ...]:
    """The five that the canary has most beyond stable's rate, new ones before known ones of the same size."""
    found = [(_excess(one, origin), _source(name, origin)) for name, one, origin in _all(evidence) if origin.canary]
    ranked = sorted(found, key=lambda pair: (-pair[0], pair[1].known, pair[1].stratum, pair[1].dependency))
    return tuple(source for _, source in ranked[:MOST_SOURCES])


def _all(evidence: Evidence) -> Iterable[tuple[str, Endpoint, Origin]]:
    return ((name, one, origin) for name, one in evidence.endpoints.items() for origin in one.origins)


def _excess(endpoint: Endpoint, origin: Origin) -> float:
    """How many more of the canary's requests failed by it than at stable's rate would have."""
    counts = endpoint.counts
    return origin.canary - origin.stable * counts.canary / max(counts.stable, 1)


def _source(stratum: str, origin: Origin) -> Source:
    return Source(
        stratum=stratum,
        dependency=origin.cause.dependency,
        kind=origin.cause.kind,
        exception=origin.cause.exception,
        canary=origin.canary,
        stable=origin.stable,
        known=origin.stable > 0,
        examples=tuple(dict.fromkeys(filter(None, (origin.worst, origin.typical, origin.twin)))),
    )
