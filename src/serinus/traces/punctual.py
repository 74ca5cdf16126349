"""EDGE Traces that answer in time or not at all. In: a reader of traces. Out: the same, with a limit on every question.
A controller that waits for X-Ray must still see deadlines and what people ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, Protocol, TypeVar

from serinus.errors import TracesUnavailable
from serinus.judge.judge import Evidence
from serinus.judge.observation import WeightChange, Window
from serinus.release.target import Target

T = TypeVar("T")
SECONDS: Final = 4.0


class Reader(Protocol):
    """As the controller knows it."""

    async def collect(
        self, target: Target, evidence: Evidence, weights: tuple[WeightChange, ...], now: float
    ) -> Window:
        """Raises TracesError."""

    async def documents(self, ids: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
        """Raises TracesError."""


class Punctual:
    """Raises TracesUnavailable after `seconds`."""

    def __init__(self, traces: Reader, seconds: float = SECONDS) -> None:
        self._traces = traces
        self._seconds = seconds

    async def collect(
        self, target: Target, evidence: Evidence, weights: tuple[WeightChange, ...], now: float
    ) -> Window:
        return await self._within(self._traces.collect(target, evidence, weights, now))

    async def documents(self, ids: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
        return await self._within(self._traces.documents(ids))

    async def _within(self, answer: Awaitable[T]) -> T:
        try:
            return await asyncio.wait_for(answer, self._seconds)
        except TimeoutError as error:
            raise TracesUnavailable(f"no answer within {self._seconds:g} s") from error
