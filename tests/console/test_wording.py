from __future__ import annotations

import pytest
from msgspec.structs import replace

from serinus.console.wording import lasted, limit, measured, moment, named
from serinus.judge.verdict import Quantiles
from tests.cli.builders import SPLIT, a_check


@pytest.mark.parametrize(("seconds", "said"), [(0, "0 s"), (59.4, "59 s"), (250, "4 min 10 s"), (7500, "2 h 5 min")])
def test_durations_are_read_at_a_glance(seconds: float, said: str) -> None:
    assert lasted(seconds) == said


def test_times_carry_their_zone() -> None:
    assert moment(0.0) == "…"
    assert moment(1732521600.0) == "2024-11-25 08:00:00 UTC"


def test_a_split_says_whether_it_is_as_asked() -> None:
    assert measured(SPLIT) == "25.1 % (21.0 % … 29.0 %) of 1,400, as asked"
    assert measured(None) == "not measured"


def test_a_check_is_named_with_its_quantile_and_endpoint_and_a_limit_of_everything_is_none() -> None:
    tail = replace(a_check(), name="latency", stratum="", quantiles=Quantiles("p99", 0.2, 0.3), limit=1.0)
    assert named(tail) == "latency p99 (all endpoints)"
    assert limit(tail) == "none"
    assert limit(replace(tail, limit=tail.stable.value + 0.005)) == "+0.5 pp"
