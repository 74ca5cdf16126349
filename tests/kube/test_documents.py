"""Status and runs survive the way to Kubernetes and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from serinus.errors import RecordError
from serinus.judge.counts import Counts as Judged
from serinus.judge.evidence import Cell, Endpoint, Evidence
from serinus.judge.observation import WeightChange
from serinus.judge.verdict import Split
from serinus.judge.wealth import Wealth
from serinus.kube.documents import MOST_EXAMPLE_BYTES, release_status, run_fields, run_of, status_fields
from serinus.release.run import Counts, Entry, Run, StepRecord
from serinus.release.status import Phase, Status
from tests.release.builders import FAIL

times = st.floats(0, 4e9)


def stored(value: Any) -> Any:
    """As Kubernetes gives it back: through JSON, without nulls, whole floats as integers."""
    if isinstance(value, dict):
        return {key: stored(part) for key, part in value.items() if part is not None}
    if isinstance(value, list | tuple):
        return [stored(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@given(since=times, judged=times, phase=st.sampled_from(Phase), rejected=st.lists(st.text(max_size=9), max_size=3))
@settings(deadline=None)
def test_a_status_comes_back_to_the_digit(since: float, judged: float, phase: Phase, rejected: list[str]) -> None:
    status = Status(phase=phase, since=since, judged_since=judged, rejected=tuple(rejected), run=3, held=True)
    assert release_status(stored(status_fields(status))) == status


def a_run() -> Run:
    endpoint = Endpoint({"faults": 0.5}, Wealth(logs=(0.1, -0.2)), cells=(Cell(None, Judged()),))
    return Run(
        number=2,
        started=1000.125,
        weights=(WeightChange(1000.125, 0.25), WeightChange(1010, 0.5, 1011.5)),
        steps=(StepRecord(25, None, 1000.0), StepRecord(50, 50.0, 1010.0, routed=Counts(1, 2))),
        evidence=Evidence(complete_to=0.1 + 0.2, open_since={"GET /someThing": 1.5}, endpoints={"POST /a_b": endpoint}),
        verdict=replace(FAIL, split=Split(0.5, 0.5, 0.1, 0.9, 10, 0.2, None)),
        timeline=(Entry(1000.0, "Scaling", "PodsNotReady", "0 of 1"),),
        examples=({"Id": "1-2", "Segments": [{"Document": "{}"}]},),
    )


def test_a_run_comes_back_whole_with_what_is_null() -> None:
    run = a_run()
    document = {"metadata": {"name": "notification-2"}, "status": stored(run_fields(run))}
    assert run_of(document) == run


def test_the_keys_of_a_run_are_camel_case_and_x_rays_own_stay() -> None:
    fields = run_fields(a_run())
    assert fields["canaryVersion"] == ""
    assert fields["weights"][1]["confirmedAt"] == 1011.5
    assert fields["examples"][0]["Segments"][0]["Document"] == "{}"


def test_examples_stay_within_what_an_object_can_hold() -> None:
    big = {"Id": "1", "Document": "x" * (MOST_EXAMPLE_BYTES // 2)}
    fields = run_fields(replace(a_run(), examples=(big, big, big)))
    assert fields["examples"] == [big]


def test_an_example_that_is_too_large_takes_no_room_from_the_others() -> None:
    huge, small = {"Id": "1", "Document": "x" * MOST_EXAMPLE_BYTES}, {"Id": "2", "Document": "y"}
    assert run_fields(replace(a_run(), examples=(huge, small, huge)))["examples"] == [small]


def test_nothing_written_yet_is_no_status() -> None:
    assert release_status(None) is None
    assert release_status({"conditions": []}) is None
    assert run_of(None) is None


def test_what_cannot_be_read_back_names_the_field() -> None:
    with pytest.raises(RecordError, match="phase"):
        release_status({"phase": "Dancing"})
    with pytest.raises(RecordError, match="CanaryRun x"):
        run_of({"metadata": {"name": "x"}, "status": {"number": "two"}})
