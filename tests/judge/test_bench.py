"""The bench's short form: few runs of what bench/judge.py measures in full, against bounds that only a broken judge
misses. Other controllers' rules run on the same streams.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from bench.judge import ALL_METRICS, CLUSTERED, EQUAL, apart, as_text, plan
from bench.judge_measures import ALONE, OURS, dead, detection, false_alarms, kept_alive, slow
from bench.judge_peers import FAULTS, LATENCY
from bench.judge_runs import Row, measured
from bench.judge_streams import Case, always, at_the_tail, equal, everywhere, shares, slowness, sometimes, stream
from msgspec.structs import replace

RUNS = 16


def figures(rows: Iterable[Row], rule: str, name: str) -> float:
    (found,) = (row.figures[name] for row in rows if row.rule == rule)
    assert found is not None
    return found


@pytest.mark.parametrize("case", [*EQUAL, ALL_METRICS], ids=lambda case: case.name)
def test_equal_versions_are_not_condemned(case: Case) -> None:
    """Three runs a case, past the common drift: enough to tell a judge that pools, trusts the weight it asked for, or
    counts every request of a session, which condemn four of five runs of at least one case.
    """
    alarms = measured(false_alarms(3, replace(case, minutes=18.0), {}))
    assert {row.rule for row in alarms} == (set(OURS) if not case.pods else {"default"})
    assert all((row.figures["false rollback %"] or 0) <= 34 for row in alarms)


def test_tenfold_faults_are_found_within_the_promised_time_and_information() -> None:
    rows = measured(detection(RUNS, apart("", 0.001, 0.01, always(0.5), minutes=10)))
    assert figures(rows, "strict", "median s") <= 40
    assert figures(rows, "default", "median s") <= 45
    assert figures(rows, "strict", "missed %") == 0
    assert figures(rows, "strict", "information / bound") <= 1.7
    assert {row.rule for row in rows} == {*OURS, ALONE, *FAULTS}


@pytest.mark.parametrize(
    ("slowing", "most"), [(everywhere(1.05), 2.2), (sometimes(0.01, 1.0), 3.0)], ids=["everywhere", "sometimes"]
)
def test_a_slower_canary_is_found_within_a_few_times_the_bound(slowing: object, most: float) -> None:
    rows = measured(slow(RUNS, "", slowing, "", minutes=4.0))  # type: ignore[arg-type]
    assert figures(rows, "strict", "requests / bound") <= most
    assert {row.rule for row in rows} == {"strict", *LATENCY}


def test_a_dead_canary_is_found_within_a_tick() -> None:
    assert figures(measured(dead(RUNS)), "default", "median canary requests") <= 10


def test_the_information_in_a_request_is_none_for_equals_and_grows_with_harm() -> None:
    assert slowness(equal, 0.5) == pytest.approx(0, abs=1e-12)
    assert slowness(everywhere(1.2), 0.5) > slowness(everywhere(1.05), 0.5) > slowness(at_the_tail, 0.5) > 0
    assert shares(equal).sum() == pytest.approx(1)


def test_each_session_of_the_bench_counts_once() -> None:
    blocks = stream(replace(CLUSTERED, minutes=10.0), 1)
    sessions = sum(block.stable.requests + block.canary.requests for block in blocks if block.start >= 0)
    assert sessions == pytest.approx(600 * 20 / 10.5, rel=0.1)


def test_the_split_of_sessions_that_stay_with_a_version_is_not_doubted() -> None:
    (row,) = measured(kept_alive(2, replace(CLUSTERED, weight=always(0.5), minutes=4.0)))
    assert row.figures["doubted %"] == 0


def test_each_measure_has_a_name_of_its_own_and_rates_have_all_the_runs() -> None:
    measures = plan(2000)
    assert len({measure.name for measure in measures}) == len(measures)
    assert {measure.runs for measure in measures if measure.name.startswith("A/A")} == {2000}


def test_a_case_and_a_seed_are_one_stream() -> None:
    case = replace(ALL_METRICS, minutes=2.0)
    assert stream(case, 3) == stream(case, 3)
    assert stream(case, 3) != stream(case, 4)


def test_a_row_is_a_line_of_the_table() -> None:
    row = Row("cost", "one", "default", 1, {"s": 1234.5, "ms": None}, "<= 1")
    assert as_text(row) == "| cost | one | default | 1 | s 1,234, ms – | <= 1 |"
