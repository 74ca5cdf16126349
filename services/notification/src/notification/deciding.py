"""What is known about an Idempotency-Key flows in with the time, what to do with the request flows out. Pure.

Key, fingerprint and reply are kept as the Idempotency-Key draft (draft-ietf-httpapi-idempotency-key-header-07) asks:
replay when finished, 409 while in flight, 422 for another body. A lease ends what a crash left in flight.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

_UNQUOTED = re.compile(r"[A-Za-z0-9._:~-]{1,64}\Z")


class State(StrEnum):
    SENDING = "sending"
    ACCEPTED = "accepted"
    FAILED = "failed"
    REJECTED = "rejected"


class Known(msgspec.Struct, frozen=True):
    """A delivery as the store has it; `lease_until` in epoch seconds."""

    fingerprint: str
    state: State
    lease_until: float
    reason: str = ""


class Send(msgspec.Struct, frozen=True):
    """Nobody is sending it: take it over."""


class Replay(msgspec.Struct, frozen=True):
    """It was accepted before: answer the same, send nothing."""


class Refused(msgspec.Struct, frozen=True):
    """It was rejected for good before: answer the same."""

    reason: str


class InFlight(msgspec.Struct, frozen=True):
    """Somebody is sending it now; ask again after `retry_after_s`."""

    retry_after_s: float


class OtherBody(msgspec.Struct, frozen=True):
    """The key was used for another mail."""


Decision = Send | Replay | Refused | InFlight | OtherBody


def decide(known: Known, fingerprint: str, now: float) -> Decision:
    if known.fingerprint != fingerprint:
        return OtherBody()
    if known.state is State.ACCEPTED:
        return Replay()
    if known.state is State.REJECTED:
        return Refused(known.reason)
    if known.state is State.SENDING and known.lease_until > now:
        return InFlight(known.lease_until - now)
    return Send()


def key(header: str) -> str:
    """The key out of its header, quoted as a structured field or bare. Raises ValueError."""
    bare = header[1:-1] if len(header) >= 2 and header[0] == header[-1] == '"' else header
    if not _UNQUOTED.match(bare):
        raise ValueError("1 to 64 letters, digits or . _ : ~ -")
    return bare
