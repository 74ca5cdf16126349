"""What to do now: desired states, safe to apply twice. In: nothing. Out: the value between `decide` and `apply`."""

from __future__ import annotations

from msgspec import Struct

from serinus.release.run import Run
from serinus.release.status import Status


class Scale(Struct, frozen=True, tag="scale"):
    """The Deployment should have this many replicas."""

    deployment: str
    replicas: int


class SetWeight(Struct, frozen=True, tag="weight"):
    """The route should send this percent of the requests to the canary."""

    weight: int


Action = Scale | SetWeight


class Plan(Struct, frozen=True):
    """Actions first, then records and status are written. `wake_after`: seconds until the next look at the latest.
    `former`: the record of the run that another version ends, None when none does.
    """

    status: Status
    run: Run
    actions: tuple[Action, ...] = ()
    wake_after: float = 1.0
    former: Run | None = None
