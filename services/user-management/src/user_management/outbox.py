"""What Notification answered flows in with a letter's age and attempts, what becomes of the letter flows out. Pure.

Back-off is exponential with full jitter (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
"""

from __future__ import annotations

import msgspec

RETRYABLE = frozenset({408, 409, 425, 429})


class Letter(msgspec.Struct, frozen=True):
    """A mail to hand to Notification. `trace` is that of the request that caused it; times in epoch seconds."""

    id: str
    body: bytes
    trace: str
    created_at: float
    due_at: float
    attempts: int = 0


class Patience(msgspec.Struct, frozen=True):
    """How long and how often to try; seconds."""

    first_s: float = 0.5
    most_s: float = 60.0
    give_up_after_s: float = 86400.0


class Answer(msgspec.Struct, frozen=True):
    """Notification's reply; status 0 stands for none at all. `retry_after_s` is what it asked for."""

    status: int
    words: str = ""
    retry_after_s: float = 0.0


class Delivered(msgspec.Struct, frozen=True):
    pass


class Again(msgspec.Struct, frozen=True):
    due_at: float
    reason: str


class Dead(msgspec.Struct, frozen=True):
    reason: str


Fate = Delivered | Again | Dead


def fate(letter: Letter, answer: Answer, patience: Patience, now: float, roll: float) -> Fate:
    """`roll` is uniform in [0, 1); `letter.attempts` counts the attempt that got this answer."""
    if 200 <= answer.status < 300:
        return Delivered()
    reason = f"{answer.status or 'no answer'}: {answer.words}"
    if answer.status and answer.status < 500 and answer.status not in RETRYABLE:
        return Dead(reason)
    if now - letter.created_at >= patience.give_up_after_s:
        return Dead(f"gave up after {letter.attempts} attempts: {reason}")
    return Again(now + max(answer.retry_after_s, pause_s(letter.attempts, patience, roll)), reason)


def pause_s(attempts: int, patience: Patience, roll: float) -> float:
    """Uniform between nothing and the exponential bound; attempts counts from 1."""
    exponent = min(max(attempts - 1, 0), 32)
    return roll * min(patience.most_s, patience.first_s * 2.0**exponent)


def retry_after_s(header: str | None) -> float:
    """Seconds out of a Retry-After header; its date form and nonsense count as none. At most an hour."""
    if header is None or not header.isascii() or not header.isdecimal():
        return 0.0
    return float(min(int(header[:10]), 3600))
