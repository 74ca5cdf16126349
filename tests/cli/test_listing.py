from __future__ import annotations

import pytest
from msgspec.structs import replace

from serinus.cli.listing import COLUMNS, age, as_json, row
from tests.cli.builders import a_snapshot


def test_a_row_has_the_columns_of_kubectl_get() -> None:
    shown = dict(zip(COLUMNS, row(a_snapshot(), 1090.0), strict=True))

    assert shown == {
        "NAME": "notification",
        "PHASE": "Analysing",
        "STEP": "1/3",
        "WEIGHT": "25",
        "MEASURED": "25.1±4.0",
        "VERDICT": "fail",
        "AGE": "90s",
        "REASON": "Undecided",
    }


def test_before_the_first_run_the_columns_are_empty() -> None:
    seen = a_snapshot(run=0)
    idle = replace(seen, run=replace(seen.run, steps=(), verdict=None, started=0.0))

    assert row(idle, 1.0)[2:7] == ("", "25", "", "", "")


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-1, "0s"), (59, "59s"), (119, "119s"), (120, "2m"), (7200, "2h"), (200000, "2d")]
)
def test_ages_are_written_as_kubectl_writes_them(seconds: float, expected: str) -> None:
    assert age(seconds) == expected


def test_the_document_is_the_resource_with_its_status_and_verdict() -> None:
    document = as_json(a_snapshot())

    assert document["kind"] == "CanaryRelease"
    assert document["status"]["phase"] == "Analysing"
    assert document["status"]["verdict"]["outcome"] == "fail"
    assert document["status"]["steps"][0]["measured"]["requests"] == 1400
