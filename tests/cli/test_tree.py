from __future__ import annotations

import io

import pytest
from msgspec.structs import replace
from rich.console import Console

from serinus.cli.source import Standing
from serinus.cli.tree import tree
from serinus.release.run import Run
from serinus.release.status import Phase
from tests.cli.builders import TRACE, a_standing


def printed(standing: Standing, width: int = 200) -> str:
    text = io.StringIO()
    Console(file=text, width=width).print(tree(standing))
    return text.getvalue()


@pytest.mark.parametrize(
    "fact",
    [
        "✖ default/notification V1 → V2 Analysing Undecided step 1/3 42s",
        "The sentence.",
        "├─ traffic Split ✔ verified desired 25 % applied 25 % measured 25.1% (21.0% … 29.0%)",
        "├─ canary v2-notification-microservice V2 Deployment ✔ ready 1/1 ready",
        "├─ stable v1-notification-microservice V1 Deployment ✔ ready 4/4 ready",
        "└─ faults all Check ✖ fail 0.10% → 5.00% +4.90 pp (+2.00 … +9.00), limit +0.06 pp",
        f"serinus traces {TRACE}",
    ],
)
def test_the_tree_shows(fact: str) -> None:
    assert fact in " ".join(printed(a_standing(message="The sentence.")).split())


def test_before_the_first_run_it_says_so() -> None:
    said = printed(a_standing(Run(), run=0, phase=Phase.IDLE, reason=""))

    assert said.startswith("○ default/notification   no run yet   Idle\n")
    assert "Next" not in said


@pytest.mark.parametrize(("phase", "sign"), [(Phase.PROMOTED, "✔"), (Phase.ROLLED_BACK, "✖"), (Phase.ANALYSING, "✖")])
def test_an_end_is_signed_by_how_it_ended_and_a_run_by_its_verdict(phase: Phase, sign: str) -> None:
    assert printed(a_standing(phase=phase)).startswith(sign)


def test_a_weight_that_is_not_applied_yet_has_no_measurement() -> None:
    assert "desired 50 %" in printed(a_standing(weight=50))
    assert "measured" not in printed(a_standing(weight=50))


@pytest.mark.parametrize(
    ("status", "typed"),
    [
        ({"phase": Phase.AWAITING_APPROVAL}, "serinus promote notification --reason"),
        ({"paused": True}, "serinus resume notification --reason"),
        ({"held": True}, "serinus abort notification --reason"),
        ({}, "serinus explain notification"),
    ],
)
def test_the_last_line_says_what_to_type_next(status: dict[str, object], typed: str) -> None:
    assert typed in printed(a_standing(**status)).splitlines()[-1]  # type: ignore[arg-type]


def test_it_fits_a_narrow_terminal() -> None:
    assert max(map(len, printed(a_standing(), 80).splitlines())) <= 80


@pytest.mark.parametrize(
    ("reason", "shown"),
    [("IndexedInPart", True), ("SamplingQuota", True), ("PreflightPassed", False), ("Undecided", False)],
)
def test_what_is_wrong_with_x_ray_stands_below_the_sentence(reason: str, shown: bool) -> None:
    standing = a_standing(message="The sentence.")
    condition = {"type": "TelemetryHealthy", "status": "False", "reason": reason, "message": "do this."}
    document = standing.document | {"status": {"conditions": [condition]}}
    lines = printed(replace(standing, document=document)).splitlines()
    assert (lines[2].strip() == f"⚠ {reason}: do this.") is shown
