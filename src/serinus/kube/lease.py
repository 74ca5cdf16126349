"""Who may act, by a Lease. In: the Lease, when it was seen to change, a name, the time. Out: the Lease to write.
As client-go does it: a foreign clock is never compared with ours, only how long we saw no change.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from serinus.kube.kinds import LEASE, Json

DURATION_S: Final = 12.0
GIVE_UP_S: Final = 5.0
RENEW_S: Final = 2.0
TRY_S: Final = 1.0
NAME: Final = "serinus-operator"


class Sighted(Struct, frozen=True):
    """What the Lease said (`mark`) and since when (s on our own steady clock)."""

    mark: tuple[str, str] = ("", "")
    since: float = 0.0


def sighted(before: Sighted, lease: Json | None, now: float) -> Sighted:
    """The clock starts again whenever the Lease says something new."""
    spec = (lease or {}).get("spec", {})
    mark = (spec.get("holderIdentity") or "", spec.get("renewTime") or "")
    return before if before.mark == mark else Sighted(mark, now)


def free(seen: Sighted, me: str, now: float) -> bool:
    """Nobody's, ours already (the process before this one in the same pod is gone), or not renewed in time."""
    holder = seen.mark[0]
    return holder in ("", me) or now - seen.since > DURATION_S


def taken(lease: Json | None, me: str, namespace: str, at: float) -> Json:
    """The Lease in our name. `at`: epoch s."""
    moment = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    before = (lease or {}).get("spec", {})
    changes = int(before.get("leaseTransitions") or 0) + (before.get("holderIdentity") not in (None, me))
    spec = {
        "holderIdentity": me,
        "leaseDurationSeconds": round(DURATION_S),
        "acquireTime": before.get("acquireTime", moment) if before.get("holderIdentity") == me else moment,
        "renewTime": moment,
        "leaseTransitions": changes,
    }
    metadata = (lease or {}).get("metadata", {"name": NAME, "namespace": namespace})
    return {"apiVersion": LEASE.api_version, "kind": LEASE.name, "metadata": metadata, "spec": spec}


def given_up(lease: Json) -> Json:
    """Free for the next one at once."""
    return {**lease, "spec": {**lease["spec"], "holderIdentity": ""}}
