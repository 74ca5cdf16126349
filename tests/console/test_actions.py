from __future__ import annotations

import pytest

from serinus.console.actions import acts
from serinus.release.status import Phase, Status
from serinus.release.world import Verb


@pytest.mark.parametrize(
    ("status", "fit"),
    [
        (Status(phase=Phase.IDLE), set()),
        (Status(phase=Phase.ANALYSING), {Verb.PROMOTE, Verb.PAUSE, Verb.ABORT}),
        (Status(phase=Phase.ANALYSING, paused=True), {Verb.PROMOTE, Verb.RESUME, Verb.ABORT}),
        (Status(phase=Phase.ANALYSING, held=True), {Verb.PROMOTE, Verb.PAUSE, Verb.ABORT, Verb.RETRY}),
        (Status(phase=Phase.BAKING), {Verb.PAUSE, Verb.ABORT}),
        (Status(phase=Phase.ROLLED_BACK), {Verb.RETRY}),
        (Status(phase=Phase.PROMOTED), set()),
    ],
)
def test_only_verbs_that_change_something_are_offered(status: Status, fit: set[Verb]) -> None:
    assert {act.verb for act in acts(status, {}) if act.allowed} == fit


def test_a_missing_right_is_said_before_an_unfit_moment() -> None:
    shown = {act.verb: act for act in acts(Status(phase=Phase.IDLE), {Verb.ABORT: "needs verb abort in shop"})}

    assert shown[Verb.ABORT].why == "needs verb abort in shop"
    assert shown[Verb.PAUSE].why == "no run is going on"
    assert (shown[Verb.ABORT].fits, shown[Verb.ABORT].allowed) == (False, False)
