"""The bench's short form: few runs of what bench/judge.py measures in full, against bounds that only a broken judge
misses. Other controllers' rules run on the same streams.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from bench.judge import ALL_METRICS, ALONE, OURS, Row, apart, as_text, dead, detection, false_alarms, slow
from bench.judge_peers import FAULTS, LATENCY
from bench.judge_streams import always, at_the_tail, equal, everywhere, shares, slowness, sometimes, stream
from msgspec.structs import replace

RUNS = 20


def figures(rows: Iterable[Row], rule: str, name: str) -> float:
    (found,) = (row.figures[name] for row in rows if row.rule == rule)
    assert found is not None
    return found


def test_equal_versions_with_all_metrics_and_drift_are_not_condemned() -> None:
    short = replace(ALL_METRICS, minutes=20.0)
    alarms = list(false_alarms(10, short, {}))
    assert {row.rule for row in alarms} == set(OURS)
    assert all((row.figures["false rollback %"] or 0) <= 10 for row in alarms)


def test_tenfold_faults_are_found_within_the_promised_time_and_information() -> None:
    rows = list(detection(RUNS, apart("", 0.001, 0.01, always(0.5), minutes=10)))
    assert figures(rows, "strict", "median s") <= 40
    assert figures(rows, "default", "median s") <= 60
    assert figures(rows, "strict", "missed %") == 0
    assert figures(rows, "strict", "information / bound") <= 1.9
    assert {row.rule for row in rows} == {*OURS, ALONE, *FAULTS}


@pytest.mark.parametrize(
    ("slowing", "most"), [(everywhere(1.05), 2.2), (sometimes(0.01, 1.0), 3.2)], ids=["everywhere", "sometimes"]
)
def test_a_slower_canary_is_found_within_a_few_times_the_bound(slowing: object, most: float) -> None:
    rows = list(slow(RUNS, "", slowing, "", minutes=4.0))  # type: ignore[arg-type]
    assert figures(rows, "strict", "requests / bound") <= most
    assert {row.rule for row in rows} == {"strict", *LATENCY}


def test_a_dead_canary_is_found_within_a_tick() -> None:
    found = dead(RUNS).figures
    assert (found["median canary requests"] or 99) <= 10


def test_the_information_in_a_request_is_none_for_equals_and_grows_with_harm() -> None:
    assert slowness(equal, 0.5) == pytest.approx(0, abs=1e-12)
    assert slowness(everywhere(1.2), 0.5) > slowness(everywhere(1.05), 0.5) > slowness(at_the_tail, 0.5) > 0
    assert shares(equal).sum() == pytest.approx(1)


def test_a_case_and_a_seed_are_one_stream() -> None:
    case = replace(ALL_METRICS, minutes=2.0)
    assert stream(case, 3) == stream(case, 3)
    assert stream(case, 3) != stream(case, 4)


def test_a_row_is_a_line_of_the_table() -> None:
    row = Row("cost", "one", "default", 1, {"s": 1234.5, "ms": None}, "<= 1")
    assert as_text(row) == "| cost | one | default | 1 | s 1,234, ms – | <= 1 |"
