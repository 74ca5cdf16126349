"""Two releases must not steer the same things. In: the releases of a namespace, as JSON. Out: who has to stand back.
The older one stays: creation time, then name.
"""

from __future__ import annotations

from serinus.errors import InvalidInput
from serinus.kube.kinds import Json
from serinus.kube.routing import router_for
from serinus.release.spec import CanaryRelease, parse_release


def claims(release: CanaryRelease) -> frozenset[str]:
    """Everything that the release moves."""
    spec = release.spec
    deployments = {f"deployment/{spec.stable.deployment}", f"deployment/{spec.canary.deployment}"}
    return router_for(spec.traffic).claims(spec.traffic) | deployments


def contested(document: Json, others: list[Json]) -> str:
    """Why this release must not act; "" when nothing speaks against it."""
    mine = _parsed(document)
    if mine is None:
        return ""
    for other in sorted(others, key=_age):
        theirs = _parsed(other)
        if theirs is None or _age(other) >= _age(document):
            continue
        if both := sorted(claims(mine) & claims(theirs)):
            return f"{', '.join(both)} is steered by CanaryRelease {other['metadata']['name']!r} already."
    return ""


def _age(document: Json) -> tuple[str, str]:
    metadata = document["metadata"]
    return (metadata.get("creationTimestamp", ""), metadata["name"])


def _parsed(document: Json) -> CanaryRelease | None:
    try:
        return parse_release({key: document[key] for key in ("metadata", "spec")})
    except (InvalidInput, KeyError):
        return None
