"""Which buttons make sense now, and why not. In: a status, the person's refusals by verb. Out: one `Act` a verb.
The controller decides again for itself by the same rule: a button pressed too late changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from serinus.console.wire import Act
from serinus.release.status import Status
from serinus.release.verbs import unfit
from serinus.release.world import Verb


def acts(status: Status, refusals: Mapping[Verb, str]) -> tuple[Act, ...]:
    """Rights first: who may not do it at all need not know whether it would fit. Of promote, that of all steps left."""
    found = []
    for verb in Verb:
        misfit = unfit(status, verb, full=True)
        why = refusals.get(verb, "") or misfit
        found.append(Act(verb, fits=not misfit, allowed=not why, why=why))
    return tuple(found)
