from __future__ import annotations

import io

import pytest
from rich.console import Console

from serinus.cli.progress import change, panel, phase
from serinus.release.status import Phase, Status
from tests.cli.builders import a_snapshot


def printed(width: int = 120) -> str:
    text = io.StringIO()
    Console(file=text, width=width).print(panel(a_snapshot()))
    return text.getvalue()


@pytest.mark.parametrize(
    "fact",
    [
        "V1 → V2",
        "desired 25 %",
        "applied 25 %",
        "measured 25.1% (21.0% … 29.0%)",
        "router 25.0% of 1,400",
        "20 (5.00%)",
        "Harm found: faults 0.1 % → 5.0 %.",
        "1,420 through the entry, 3 failed",
        "31 created, 29 delivered (20 by V1, 9 by V2)",
    ],
)
def test_the_live_view_shows(fact: str) -> None:
    assert fact in " ".join(printed(200).split())


def test_the_live_view_fits_a_narrow_terminal() -> None:
    assert max(len(line) for line in printed(80).splitlines()) <= 80


def test_a_line_is_printed_for_a_change_and_only_then() -> None:
    before = a_snapshot()

    assert change(before, a_snapshot(message="another count")) is None
    assert change(None, before) is not None
    line = change(before, a_snapshot(step=1, weight=50))
    assert line is not None
    assert "step 2/3" in line


def test_a_persons_pause_and_a_missed_deadline_are_said_first() -> None:
    assert phase(Status(phase=Phase.ANALYSING, paused=True, held=True)) == "Paused (Analysing)"
    assert phase(Status(phase=Phase.ANALYSING, held=True)) == "Held (Analysing)"


def test_steps_show_what_passed_where_it_is_and_where_it_ended() -> None:
    def steps(**status: object) -> str:
        text = io.StringIO()
        Console(file=text, width=140).print(panel(a_snapshot(**status)))
        return next(line for line in text.getvalue().splitlines() if "steps" in line)

    assert "✔ 25 %──◉ 50 %──○ 100 %" in steps(step=1, weight=50)
    assert "✔ 25 %──✖ 50 %──○ 100 %" in steps(step=1, weight=0, phase=Phase.ROLLED_BACK)
    assert "✔ 25 %──✔ 50 %──✔ 100 %" in steps(step=2, weight=100, phase=Phase.PROMOTED)
