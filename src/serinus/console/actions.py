"""Which buttons make sense now, and why not. In: a status, the person's refusals by verb. Out: one `Act` a verb.
The controller decides again for itself: a button pressed too late changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from serinus.console.wire import Act
from serinus.release.status import Phase, Status
from serinus.release.transitions import IN_RUN
from serinus.release.world import Verb


def acts(status: Status, refusals: Mapping[Verb, str]) -> tuple[Act, ...]:
    """Rights first: who may not do it at all need not know whether it would fit."""
    found = []
    for verb in Verb:
        misfit = unfit(status, verb)
        why = refusals.get(verb, "") or misfit
        found.append(Act(verb, fits=not misfit, allowed=not why, why=why))
    return tuple(found)


def unfit(status: Status, verb: Verb) -> str:
    """Why this verb would change nothing where the release stands; "" when it would."""
    in_run = status.phase in IN_RUN
    match verb:
        case Verb.RETRY:
            fits = status.phase is Phase.ROLLED_BACK or (in_run and status.held)
            return "" if fits else "nothing was rolled back or is held"
        case _ if not in_run:
            return "no run is going on"
        case Verb.PAUSE:
            return "it is paused already" if status.paused else ""
        case Verb.RESUME:
            return "" if status.paused else "it is not paused"
        case Verb.PROMOTE:
            return "" if status.phase is not Phase.BAKING else "all traffic is on the canary already"
        case _:
            return ""
