"""Four numbers that every fault test lives on. In: blocks. Out: requests and faults of stable and canary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from serinus.judge.observation import Block


class Counts(Struct, frozen=True):
    """Requests and how many of them were faults, by version."""

    stable: int = 0
    stable_faults: int = 0
    canary: int = 0
    canary_faults: int = 0

    @property
    def requests(self) -> int:
        """Of both versions."""
        return self.stable + self.canary

    @property
    def share(self) -> float:
        """The canary's realised share of the requests, 0…1; 0 without requests."""
        return self.canary / self.requests if self.requests else 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.stable + other.stable,
            self.stable_faults + other.stable_faults,
            self.canary + other.canary,
            self.canary_faults + other.canary_faults,
        )


def leading(blocks: Sequence[Block]) -> Sequence[Block]:
    """What may be multiplied or added up over endpoints: each trace and session once. The blocks themselves where none
    has asked several endpoints.
    """
    if all(block.leading is None for block in blocks):
        return blocks
    return [
        replace(one, stable=one.leading[0], canary=one.leading[1], leading=None) if one.leading else one
        for one in blocks
    ]


def counts_of(blocks: Iterable[Block]) -> Counts:
    """The blocks' counts, added up."""
    total = Counts()
    for block in blocks:
        total += Counts(block.stable.requests, block.stable.faults, block.canary.requests, block.canary.faults)
    return total
