"""What was seen this time, whole, in one value: the resource, where it stands, the two workloads, the route.
In: an observation of the cluster. Out: the only thing `decide` looks at beside the verdict and the time.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from serinus.release.run import Counts, Run
from serinus.release.spec import CanaryRelease
from serinus.release.status import Status


class Workload(Struct, frozen=True):
    """One version's Deployment. `version` identifies what runs (image, command); `service` is its name in X-Ray."""

    name: str
    version: str
    service: str
    desired: int
    ready: int
    message: str = ""


class Route(Struct, frozen=True):
    """What the router reports: the canary's weight in force, in percent, and its own counters if it has any."""

    weight: float
    counts: Counts | None = None


class Verb(StrEnum):
    """What a person may ask."""

    PROMOTE = "promote"
    PAUSE = "pause"
    RESUME = "resume"
    ABORT = "abort"
    RETRY = "retry"


class Command(Struct, frozen=True):
    """A person's wish, written into the resource. `id` makes it count once."""

    id: str
    verb: Verb
    by: str
    reason: str
    full: bool = False


class World(Struct, frozen=True):
    """Everything. None: the object does not exist."""

    release: CanaryRelease
    status: Status
    run: Run
    stable: Workload | None
    canary: Workload | None
    route: Route | None
    command: Command | None = None
