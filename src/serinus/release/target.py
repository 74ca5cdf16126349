"""What to read from the traces: the two services and since when. In: a World. Out: the question to the reader."""

from __future__ import annotations

from msgspec import Struct


class Target(Struct, frozen=True):
    """`started`: the run's begin (epoch s). `delay`: s until a trace counts as complete. `tick`: block length, s.
    `called_as`: host names by which others call the service.
    """

    stable_service: str
    canary_service: str
    started: float
    delay: float
    tick: float
    called_as: tuple[str, ...] = ()
