from __future__ import annotations

import pytest

from serinus.console.wording import lasted, measured, moment
from tests.cli.builders import SPLIT


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (59.4, "59 s"), (250, "4 min 10 s"), (7500, "2 h 5 min")])
def test_durations_are_read_at_a_glance(seconds: float, said: str) -> None:
    assert lasted(seconds) == said


def test_times_carry_their_zone() -> None:
    assert moment(0.0) == "…"
    assert moment(1732521600.0) == "2024-11-25 08:00:00 UTC"


def test_a_split_says_whether_it_is_as_asked() -> None:
    assert measured(SPLIT) == "25.1 % (21.0 % … 29.0 %) of 1,400, as asked"
    assert measured(None) == "not measured"
