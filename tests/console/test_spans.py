from __future__ import annotations

from typing import Any

from serinus.console.spans import as_row, causes, trace_view
from serinus.console.tracerows import Sides
from tests.console.builders import CANARY, FAULTED, STABLE, a_faulted_trace, a_segment

SIDES = Sides(frozenset({STABLE}), frozenset({CANARY}))


def test_a_waterfall_runs_as_the_request_did() -> None:
    shown = trace_view(a_faulted_trace(), SIDES, kept=True)

    assert [(span.name, span.depth, span.segment) for span in shown.spans] == [
        ("caller", 0, True),
        ("127.0.0.1", 1, False),
        (CANARY, 2, True),
    ]
    assert (shown.flag, shown.side, shown.kept) == ("F", "canary", True)
    assert all(span.critical for span in shown.spans)
    assert shown.spans[2].exceptions == ("OutOfStock: none left",)
    assert shown.spans[2].side == "canary"


def test_a_subsegment_sent_by_itself_is_a_part_of_its_caller() -> None:
    trace = {
        "Id": FAULTED,
        "Segments": [
            a_segment(CANARY, "a", 1.0, 2.0),
            a_segment("batch", "b", 1.1, 1.2, parent_id="a" * 16, type="subsegment"),
        ],
    }

    part = trace_view(trace, SIDES, kept=False).spans[1]

    assert (part.name, part.service, part.side, part.segment) == ("batch", CANARY, "canary", False)


def test_a_fault_begins_where_it_is_deepest() -> None:
    found = causes([a_faulted_trace(), a_faulted_trace(), {"Id": "1", "Segments": []}], {FAULTED: "GET /info"})

    assert [(one.service, one.stratum, one.exception, one.count, one.of) for one in found] == [
        (CANARY, "GET /info", "OutOfStock", 2, 3)
    ]


def test_what_waits_for_nothing_is_not_critical() -> None:
    trace = {
        "Id": FAULTED,
        "Segments": [
            a_segment("caller", "a", 1.0, 2.0),
            a_segment("short", "b", 1.1, 1.2, parent_id="a" * 16),
            a_segment("long", "c", 1.2, 1.9, parent_id="a" * 16),
        ],
    }

    assert {span.name for span in trace_view(trace, SIDES, kept=False).spans if span.critical} == {"caller", "long"}


def test_loops_depth_and_rubbish_do_no_harm() -> None:
    def link(own: int, parent: int) -> dict[str, Any]:
        part = a_segment("s", "a", 1.0 + own, 2.0 + own, parent_id=f"{parent:016x}")
        return {"Document": part["Document"].replace("a" * 16, f"{own:016x}")}

    loop = {"Id": FAULTED, "Segments": [link(1, 2), link(2, 1), {"Document": "{"}]}
    deep = {"Id": FAULTED, "Segments": [link(own, own - 1) for own in range(1, 3000)]}

    assert trace_view(loop, SIDES, kept=False).spans == ()
    assert trace_view(deep, SIDES, kept=False).spans[-1].depth == 2998


def test_a_row_from_documents_is_the_request_as_it_entered() -> None:
    row = as_row(a_faulted_trace(), SIDES)

    assert (row.method, row.url, row.status, row.flag) == ("GET", "http://shop/info", 500, "F")
    assert row.services == ("caller", CANARY)
