"""What the console needs of the world: releases, traces, people. In: nothing. Out: values and three small ports.
The command line wires them to the laptop's files or to Kubernetes; the console knows neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import Struct

from serinus.release.run import Run
from serinus.release.spec import CanaryRelease
from serinus.release.status import Status
from serinus.release.world import Command


class Pods(Struct, frozen=True):
    """One version's replicas. `service`: its name in X-Ray."""

    ready: int = 0
    desired: int = 0
    service: str = ""
    message: str = ""


class Seen(Struct, frozen=True):
    """One release as it stands."""

    release: CanaryRelease
    status: Status
    run: Run
    stable: Pods
    canary: Pods


class Person(Struct, frozen=True):
    """Who is asking."""

    name: str


class Finding(Struct, frozen=True):
    """One thing that was checked, with what was found and the remedy."""

    check: str
    ok: bool
    message: str


class Releases(Protocol):
    """Releases, read afresh at each call; they raise RecordError or ClusterError."""

    async def keys(self) -> tuple[tuple[str, str], ...]:
        """All (namespace, name), sorted."""

    async def seen(self, namespace: str, name: str) -> Seen | None:
        """One release; None: there is none of this name."""

    async def run(self, namespace: str, name: str, number: int) -> Run | None:
        """The record of one attempt."""

    async def ask(self, namespace: str, name: str, command: Command) -> None:
        """Write what a person asks into the resource; nobody calls the controller."""


class Traces(Protocol):
    """The X-Ray API; blocking, from any thread. Raises TracesError."""

    def summaries(self, start: float, end: float, expression: str = "") -> list[dict[str, Any]]:
        """GetTraceSummaries, all pages, newest first."""

    def batch_get(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """BatchGetTraces: the traces that exist."""

    def service_graph(self, start: float, end: float) -> list[dict[str, Any]]:
        """GetServiceGraph, all pages."""


class Rights(Protocol):
    """Who may do what."""

    async def refusal(self, person: Person, verb: str, namespace: str) -> str:
        """Why this person may not, in words to act on; "" when they may."""


class Doctor(Protocol):
    """Is the evidence's source fit?"""

    async def findings(self) -> tuple[Finding, ...]:
        """Checked now."""
