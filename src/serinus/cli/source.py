"""The port behind which releases are, a demo on this machine or a Kubernetes cluster. In: a name. Out: releases as they
stand, and a place to put what a person asks. The commands know this port only; nobody calls the controller.
"""

from __future__ import annotations

import uuid
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from serinus.cli.progress import Snapshot
from serinus.errors import InvalidInput
from serinus.kube.conditions import timestamp
from serinus.kube.documents import run_fields, status_fields
from serinus.kube.reports import columns
from serinus.release.run import Run
from serinus.release.spec import CanaryRelease
from serinus.release.status import Status
from serinus.release.world import Command, Verb

Json = dict[str, Any]


class Standing(Struct, frozen=True):
    """One release. `document`: the resource, as kubectl shows it. `version` and `images`: what the canary's Deployment
    asks for now, which the status may not know of yet; "" and empty where there is none. `services`: stable's name and
    the canary's in X-Ray. `command`: what a person asked last.
    """

    seen: Snapshot
    document: Json
    version: str = ""
    images: tuple[str, ...] = ()
    services: tuple[str, str] = ("", "")
    command: Command | None = None


class Source(Protocol):
    """Releases, read afresh at each call. Every call may raise a SerinusError that says why it cannot be read."""

    def documents(self) -> tuple[Json, ...]:
        """All resources with their status, sorted by namespace and name."""

    def standing(self, name: str) -> Standing:
        """One release. InvalidInput when there is none of this name."""

    def runs(self, name: str) -> tuple[Run, ...]:
        """The records there are of a release's runs, newest first."""

    def ask(self, name: str, command: Command) -> None:
        """Write what a person asks into the resource. InvalidInput when there is none of this name."""

    def person(self) -> str:
        """Who is asking."""

    def ended(self) -> str:
        """Why nobody acts on these releases any more; "" where somebody may."""


def only(found: Source, name: str | None) -> str:
    """The name given, else that of the only release there is. InvalidInput: there are none, or several."""
    if name:
        return name
    names = tuple(str(one["metadata"]["name"]) for one in found.documents())
    if len(names) != 1:
        raise unknown("", names, "all")
    return names[0]


def unknown(name: str, names: tuple[str, ...], place: str) -> InvalidInput:
    """There is no release of this name; `names`: those there are."""
    return InvalidInput("NAME", f"must be a release of {place}: {', '.join(names) or 'there is none'}", name)


def asked(verb: str, reason: str, person: str, *, full: bool = False) -> Command:
    """A person's command. InvalidInput: no reason given."""
    if not reason.strip():
        raise InvalidInput("--reason", "must say why; it is kept in the run's record", reason)
    return Command(id=uuid.uuid4().hex, verb=Verb(verb), by=person, reason=reason, full=full)


def elapsed(run: Run, now: float) -> float:
    """Seconds since the run began, until it ended; 0 before. `now` in epoch s."""
    return max(0.0, (run.ended or now) - run.started) if run.started else 0.0


def document(release: CanaryRelease, status: Status, run: Run) -> Json:
    """The resource as the operator would write it; it is as old as its present run."""
    fields: Json = {"apiVersion": release.api_version, "kind": release.kind} | msgspec.to_builtins(release)
    if run.started:
        fields["metadata"]["creationTimestamp"] = timestamp(run.started)
    fields["status"] = status_fields(status) | columns(release, status, run)
    return fields


def whole(standing: Standing) -> Json:
    """The resource and, as `run`, the record of its present run; example traces by their ids only."""
    run = standing.seen.run
    record = run_fields(run)
    del record["checkpoint"]
    record["examples"] = [example.get("Id") for example in run.examples]
    return standing.document | {"run": record}
