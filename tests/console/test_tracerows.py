from __future__ import annotations

from serinus.console.tracerows import Sides, trace_row, twin
from tests.console.builders import CANARY, CLEAN, FAULTED, STABLE, a_summary

SIDES = Sides(frozenset({STABLE}), frozenset({CANARY}))


def test_a_trace_belongs_to_the_version_that_answered_in_it() -> None:
    assert SIDES.of([STABLE, "caller"]) == "stable"
    assert SIDES.of([CANARY]) == "canary"
    assert SIDES.of([STABLE, CANARY]) == "both"
    assert SIDES.of(["caller"]) == ""


def test_a_row_tells_request_time_and_flag() -> None:
    row = trace_row(a_summary(FAULTED, CANARY, HasFault=True), SIDES)

    assert (row.method, row.url, row.status, row.at) == ("GET", "http://shop/info", 200, 1000.5)
    assert (row.flag, row.side) == ("F", "canary")
    assert trace_row(a_summary(HasThrottle=True, HasError=True), SIDES).flag == "T"
    assert trace_row(a_summary(HasError=True), SIDES).flag == "E"


def test_without_a_start_the_id_tells_the_second() -> None:
    assert trace_row({"Id": FAULTED}, SIDES).at == 0x67441000
    assert trace_row({"Id": "odd"}, SIDES).at == 0.0


def test_the_twin_is_stables_flawless_answer_to_the_same_request() -> None:
    worst = trace_row(a_summary(FAULTED, CANARY, HasFault=True), SIDES)
    good = trace_row(a_summary(CLEAN), SIDES)
    others = [
        trace_row(a_summary(CLEAN, CANARY), SIDES),
        trace_row(a_summary(CLEAN, HasFault=True), SIDES),
        trace_row(a_summary(CLEAN, Http={"HttpURL": "http://shop/other", "HttpMethod": "GET"}), SIDES),
    ]

    assert twin(worst, [*others, good]) == good
    assert twin(worst, others) is None
