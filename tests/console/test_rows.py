from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from serinus.console.rows import left, needs, row, run_view, standing
from serinus.judge.verdict import Reason, VerdictOutcome
from serinus.release.run import Run
from serinus.release.status import Phase, Status
from tests.cli.builders import SPLIT, a_failing_verdict
from tests.console.builders import NOW, a_seen

WATCHED = replace(
    a_failing_verdict(), outcome=VerdictOutcome.INSUFFICIENT, reason=Reason.UNDECIDED, complete_to=NOW - 2, needed=100
)


def test_a_row_repeats_the_status_words_and_the_last_steps_measurement() -> None:
    shown = row(a_seen(), NOW)

    assert (shown.message, shown.verdict, shown.measured) == ("said", "fail", SPLIT)
    assert (shown.step, shown.steps, shown.running) == (1, 3, False)


def test_before_the_first_run_there_is_no_step_and_no_record() -> None:
    seen = replace(a_seen(), status=Status(), run=Run())

    assert (row(seen, NOW).step, row(seen, NOW).measured, run_view(seen.run)) == (0, None, None)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"phase": Phase.AWAITING_APPROVAL}, "waits for approval"),
        ({"phase": Phase.ANALYSING, "paused": True}, "paused by a person"),
        ({"phase": Phase.ANALYSING, "held": True}, "undecided past its deadline"),
        ({"phase": Phase.ANALYSING}, ""),
        ({"phase": Phase.SCALING}, ""),
    ],
)
def test_who_needs_a_person(status: dict[str, Any], said: str) -> None:
    seen = a_seen(outcome="", **status)

    assert needs(replace(seen, run=replace(seen.run, verdict=WATCHED)), NOW) == said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"outcome": VerdictOutcome.ERROR}, "the traces cannot be read"),
        ({"split": replace(SPLIT, agrees=False)}, "the split is not as asked"),
        ({"complete_to": NOW - 100}, "the traces have stopped coming"),
    ],
)
def test_silence_and_a_wrong_split_need_a_person(change: dict[str, object], said: str) -> None:
    seen = a_seen(Phase.ANALYSING, "")

    assert needs(replace(seen, run=replace(seen.run, verdict=replace(WATCHED, **change))), NOW) == said


def test_the_time_left_follows_from_the_canary_requests_seen_in_this_step() -> None:
    status = Status(phase=Phase.ANALYSING, judged_since=WATCHED.complete_to - 10)
    verdict = replace(WATCHED, split=replace(SPLIT, share=0.5, requests=40))

    assert left(status, verdict) == pytest.approx(50)
    assert left(status, replace(verdict, needed=None)) is None
    assert left(replace(status, phase=Phase.BAKING), verdict) is None


def test_no_time_left_is_promised_where_more_requests_alone_decide_nothing() -> None:
    status = Status(phase=Phase.ANALYSING, judged_since=WATCHED.complete_to - 10)
    verdict = replace(WATCHED, split=replace(SPLIT, share=0.5, requests=40))

    assert left(replace(status, paused=True), verdict) is None
    assert left(replace(status, held=True), verdict) is None
    assert left(status, replace(verdict, reason=Reason.SHARED_HARM)) is None


def test_paused_and_held_come_before_the_phase() -> None:
    assert standing(Status(phase=Phase.ANALYSING, paused=True)) == "Paused (Analysing)"
    assert standing(Status(phase=Phase.ANALYSING, held=True)) == "Held (Analysing)"
