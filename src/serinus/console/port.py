"""What the console needs of the world: releases, traces, people. In: nothing. Out: values and three small ports.
The command line wires them to the laptop's files or to Kubernetes; the console knows neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from serinus.console.site import Way
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
    """One release as it stands. `command`: the last that a person has asked."""

    release: CanaryRelease
    status: Status
    run: Run
    stable: Pods
    canary: Pods
    command: Command | None = None


class Person(Struct, frozen=True):
    """Who is asking. `groups`, `uid` and `extra` are as the cluster knows this person; none on a laptop."""

    name: str
    groups: tuple[str, ...] = ()
    uid: str = ""
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Permission(Struct, frozen=True):
    """What a Role would have to say. `resource`: with its API group. `namespace`: "" stands for all of them."""

    verb: str
    resource: str
    namespace: str


class Denied(Struct, frozen=True):
    """Why a person may not, in words to act on. `missing`: None where no Role would help."""

    why: str
    missing: Permission | None = None


class Entry(Struct, frozen=True):
    """Somebody who has proved who they are; `expires`: the proof's own end in epoch s, None: it names none."""

    person: Person
    expires: float | None = None


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

    def page(self, trace_id: str) -> str:
        """X-Ray's own page of a trace; "" where it has none."""

    def calls_by_outcome(self) -> Mapping[tuple[str, str], int]:
        """How often each operation (in boto3's words) was asked so far, by outcome; retries not counted."""


class Logs(Protocol):
    """Logs of evidence; blocking, from any thread."""

    def lines(self, namespace: str, name: str, number: int) -> Iterator[bytes]:
        """Of one run, the oldest first; none where no log is kept. Raises RecordError."""


class NoLogs:
    """Where none are kept."""

    def lines(self, namespace: str, name: str, number: int) -> Iterator[bytes]:
        del namespace, name, number
        return iter(())


class Rights(Protocol):
    """Who may do what: `get` and `list` to read releases, promote, pause, resume, abort and retry to steer them."""

    async def refusal(self, person: Person, verb: str, namespace: str) -> Denied | None:
        """None: this person may. `namespace`: "" for all of them. Raises ClusterError."""


class Gate(Protocol):
    """Where people prove who they are. `command`: what prints a token to paste."""

    @property
    def way(self) -> Way: ...

    @property
    def command(self) -> str: ...

    async def admit(self, token: str, headers: Mapping[str, str]) -> Entry | str:
        """Who comes with this token or these headers; else why not. Raises ClusterError."""

    async def still(self, person: Person, headers: Mapping[str, str]) -> bool:
        """Whether what is sent with each call still speaks of this person."""


class Doctor(Protocol):
    """Is the evidence's source fit?"""

    async def findings(self) -> tuple[Finding, ...]:
        """Checked now."""
