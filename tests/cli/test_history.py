from __future__ import annotations

from msgspec.structs import replace

from serinus.cli.history import history
from serinus.release.run import Entry, Run
from tests.cli.builders import a_run

PAUSED = Entry(1010.0, "Analysing", "Paused", "Paused by a person.", "ana", "pause: look first")
OWN = Entry(1000.0, "Scaling", "PodsNotReady", "0 of 1 canary pods are ready.")


def test_it_tells_who_asked_what_and_why_and_which_runs_there_were() -> None:
    present = replace(a_run(""), number=2, canary_version="V3", timeline=(OWN, PAUSED))
    before = replace(a_run(), ended=1090.0)

    asked, runs = history("notification", (present, before)).split("\n\n")

    assert asked.splitlines() == [
        "ASKED               BY    AT                     LED TO",
        "pause: look first   ana   1970-01-01T00:16:50Z   Analysing: Paused",
    ]
    assert runs.splitlines() == [
        "RUN              OUTCOME       STABLE   CANARY   BEGAN                  TOOK",
        "notification-2   goes on       V1       V3       1970-01-01T00:16:40Z",
        "notification-1   rolled back   V1       V2       1970-01-01T00:16:40Z   90s",
    ]


def test_where_nobody_asked_the_runs_stand_alone_and_without_a_run_there_is_nothing() -> None:
    assert history("notification", (Run(number=1, outcome="promoted"),)).startswith("RUN ")
    assert history("notification", ()) == ""
