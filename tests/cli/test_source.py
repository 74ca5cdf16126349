from __future__ import annotations

import pytest

from serinus.cli.source import asked, document, elapsed, only, whole
from serinus.errors import InvalidInput
from serinus.kube import reports
from serinus.release.plan import Plan
from serinus.release.run import Run
from serinus.release.status import Status
from serinus.release.world import World
from tests.cli.builders import TRACE, Releases, a_run, a_snapshot, a_standing


def test_a_command_is_signed_and_counts_once() -> None:
    first, second = (asked("pause", "look first", "ana") for _ in range(2))

    assert (first.verb, first.reason, first.by) == ("pause", "look first", "ana")
    assert first.id != second.id


def test_a_command_needs_a_reason() -> None:
    with pytest.raises(InvalidInput, match=r"--reason: must say why.*got '  '"):
        asked("abort", "  ", "ana")


def test_the_document_has_the_fields_that_the_operator_writes_with_the_same_values() -> None:
    seen = a_snapshot()
    world = World(seen.release, seen.status, seen.run, None, None, None)

    ours = document(seen.release, seen.status, seen.run)["status"]

    theirs = reports.status(world, Plan(seen.status, seen.run), [], 1)
    assert ours == {key: value for key, value in theirs.items() if key in ours}
    assert theirs.keys() - ours.keys() == {"conditions", "observedGeneration", "runName"}


def test_before_the_first_run_the_document_has_no_age_and_no_figures() -> None:
    fresh = document(a_snapshot().release, Status(), Run())

    assert "creationTimestamp" not in fresh["metadata"]
    assert (fresh["status"]["progress"], fresh["status"]["measured"], fresh["status"]["verdict"]) == ("", "", "")


def test_the_whole_has_the_record_with_examples_by_their_ids() -> None:
    run = a_run("")
    from msgspec.structs import replace

    shown = whole(a_standing(replace(run, examples=({"Id": TRACE, "Segments": []},))))["run"]

    assert shown["examples"] == [TRACE]
    assert shown["verdict"]["outcome"] == "fail"
    assert shown["steps"][0]["measured"]["requests"] == 1400
    assert "checkpoint" not in shown


def test_the_name_may_be_left_out_where_there_is_one_release() -> None:
    assert only(Releases(a_standing()), None) == "notification"
    assert only(Releases(), "other") == "other"


@pytest.mark.parametrize(
    ("releases", "said"),
    [(Releases(), "there is none"), (Releases(a_standing(), a_standing()), "notification, notification")],
)
def test_else_it_is_asked_for(releases: Releases, said: str) -> None:
    with pytest.raises(InvalidInput, match=f"NAME: must be a release of all: {said}, got ''"):
        only(releases, None)


def test_the_time_runs_from_begin_to_end_of_the_run() -> None:
    assert elapsed(Run(), 9.0) == 0.0
    assert elapsed(Run(started=5.0), 9.0) == 4.0
    assert elapsed(Run(started=5.0, ended=6.0), 9.0) == 1.0
