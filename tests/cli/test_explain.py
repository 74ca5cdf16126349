from __future__ import annotations

import json
import re

import pytest
from msgspec.structs import replace

from serinus.cli.explain import explained
from serinus.cli.options import Format
from serinus.judge.verdict import Recorded
from tests.cli.builders import TRACE, a_standing


@pytest.mark.parametrize(
    "fact",
    [
        "Analysing V1 → V2 run 1",
        "Undecided: The sentence.",
        "25 % desired 25 % applied 25 % measured 25.1% (21.0% … 29.0%)",
        "5.00% of 400",
        "✖ fail",
        f"serinus traces {TRACE}",
    ],
)
def test_it_tells(fact: str) -> None:
    assert fact in " ".join(explained(a_standing(message="The sentence."), Format.TEXT).split())


def test_it_tells_how_fresh_and_how_complete_the_traces_were() -> None:
    standing = a_standing()
    verdict = standing.seen.run.verdict
    assert verdict is not None
    fresh = replace(verdict, lag=92.3, sampling=Recorded(0.5, 0.25, 1.0, True))
    seen = replace(standing.seen, run=replace(standing.seen.run, verdict=fresh))
    text = " ".join(explained(replace(standing, seen=seen), Format.TEXT).split())

    assert "complete up to 92 s before this look; of what the router sent, the traces show 50.0 % of stable's" in text


def test_for_programs_it_is_the_resource_with_the_runs_record() -> None:
    said = json.loads(explained(a_standing(), Format.JSON))

    assert said["kind"] == "CanaryRelease"
    assert said["status"]["verdict"] == "fail"
    assert said["run"]["verdict"]["checks"][0]["eFail"] == 512.0


def test_it_fits_a_narrow_terminal_and_cuts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    told = explained(a_standing(), Format.TEXT)

    assert max(len(line) for line in told.splitlines()) <= 60
    assert not re.search(r"\S…", told)
    assert "evidence of harm 512, decides at 100" in " ".join(told.split())
