"""A plan of faults and two rolls of the dice flow in, what to do to this request flows out. Pure.

The plan is JSON, e.g. {"fault": 0.05, "latency_s": 0.2, "slow": {"share": 0.01, "latency_s": 1}, "mail": 0.1,
"db_latency_s": 0.1, "endpoints": ["POST /notification/*"]}; without endpoints it concerns every request.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=60)]


class Slow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    share: Share
    latency_s: Seconds


class FaultPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shares in 0..1 of requests (`mail`: of SMTP conversations), latencies in seconds."""

    fault: Share = 0.0
    latency_s: Seconds = 0.0
    slow: Slow | None = None
    mail: Share = 0.0
    db_latency_s: Seconds = 0.0
    endpoints: tuple[str, ...] = ()


class Injection(msgspec.Struct, frozen=True):
    delay_s: float = 0.0
    fail: bool = False


NO_FAULTS = FaultPlan()
NOTHING = Injection()


def decode(document: bytes) -> FaultPlan:
    """Read a plan. Raises msgspec.ValidationError or DecodeError, which name the field and the rule."""
    return msgspec.json.decode(document, type=FaultPlan)


def concerns(plan: FaultPlan, endpoint: str) -> bool:
    """`endpoint` is "METHOD /path"; patterns are shell-style."""
    return not plan.endpoints or any(fnmatchcase(endpoint, pattern) for pattern in plan.endpoints)


def inject(plan: FaultPlan, endpoint: str, fault_roll: float, slow_roll: float) -> Injection:
    """Rolls are uniform in [0, 1)."""
    if plan is NO_FAULTS or not concerns(plan, endpoint):
        return NOTHING
    slow = plan.slow.latency_s if plan.slow and slow_roll < plan.slow.share else 0.0
    return Injection(plan.latency_s + slow, fault_roll < plan.fault)
