"""What is known of X-Ray itself, beside the evidence it gives. In: nothing. Out: a value that conditions show.
It hinders no decision: a run goes on judging with what there is.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Remark(Struct, frozen=True):
    """`reason`: a CamelCase word. `message`: what was found, with its remedy where one is needed."""

    reason: str
    message: str


class Telemetry(Struct, frozen=True):
    """`hindered`: what makes a run see too little, too late or nothing. `fit`: what was found good; "" before a look.
    `sampling`: why both versions are not sampled as the release asks. None: nothing of the kind is known.
    """

    hindered: Remark | None = None
    fit: str = ""
    sampling: Remark | None = None


NOTHING_KNOWN: Final = Telemetry()
