"""Plain objects in the release's words. In: Objects. Out: the World that `decide` looks at.
A release that is made anew goes on from its records: a rejected version does not come back by deleting and creating.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from serinus.errors import InvalidInput
from serinus.kube.documents import release_status, run_of
from serinus.kube.kinds import COMMAND, Json
from serinus.kube.objects import Objects
from serinus.kube.workloads import workload
from serinus.release.run import Run
from serinus.release.spec import CanaryRelease
from serinus.release.status import Status
from serinus.release.world import Command, Workload, World

MOST_REJECTED = 20
LONGEST_WISH = 1000


def world_of(objects: Objects) -> World:
    """Raises RecordError."""
    runs = sorted((run for each in objects.records if (run := run_of(each))), key=lambda run: run.number)
    status = release_status(objects.document.get("status"))
    stable = workload(objects.pair.stable)
    present = next((run for run in runs if status and run.number == status.run), None)
    return World(
        release=objects.release,
        status=status or replace(remembered(runs), size=_size(objects.release, stable)),
        run=present or Run(),
        stable=stable,
        canary=workload(objects.pair.canary),
        route=objects.sighting.route,
        command=command_of(objects.document),
    )


def remembered(runs: list[Run]) -> Status:
    """What a release of this name has learned before, from its records, oldest first."""
    if runs and _only_begun(runs[-1]):
        return remembered(runs[:-1])
    if not runs:
        return Status()
    promoted = [run.canary_version for run in runs if run.outcome == "promoted"]
    stopped = {run.canary_version: None for run in runs if run.outcome in ("rolled back", "aborted")}
    return Status(
        run=runs[-1].number, promoted=promoted[-1] if promoted else "", rejected=tuple(stopped)[-MOST_REJECTED:]
    )


def _only_begun(run: Run) -> bool:
    """The controller ended between its first record and its first status: the run begins once more."""
    return not run.outcome and len(run.timeline) <= 1


def _size(release: CanaryRelease, stable: Workload | None) -> int:
    """Replicas that the service needs, as long as no run has said so."""
    replicas = release.spec.traffic.replicas
    return replicas.total if replicas else max(1, stable.desired if stable else 1)


def command_of(document: Json) -> Command | None:
    """The annotation serinus.dev/command, its texts cut to 1,000 characters, for they go into status and record.
    None: there is none, or it cannot be read (see `misspelt`).
    """
    try:
        return _command(document)
    except InvalidInput:
        return None


def misspelt(document: Json) -> str:
    """What is wrong with the command; "" when nothing is."""
    try:
        _command(document)
    except InvalidInput as error:
        return str(error)
    return ""


def _command(document: Json) -> Command | None:
    text = document["metadata"].get("annotations", {}).get(COMMAND)
    if not text:
        return None
    try:
        command = msgspec.json.decode(text, type=Command)
    except msgspec.DecodeError as error:
        raise InvalidInput(f"annotation {COMMAND}", f"must be a command in JSON ({error})", text) from error
    short = {name: getattr(command, name)[:LONGEST_WISH] for name in ("id", "by", "reason")}
    return replace(command, **short)
