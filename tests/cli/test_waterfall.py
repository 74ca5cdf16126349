from __future__ import annotations

import io

from rich.console import Console

from serinus.cli.waterfall import drawn, duration, rows
from serinus_xray.segment import Cause, ExceptionInfo, Http, HttpRequest, HttpResponse, Segment
from tests.cli.builders import TRACE, a_segment


def a_trace() -> tuple[Segment, ...]:
    failing = Cause(exceptions=(ExceptionInfo(id="e" * 16, type="InjectedFault", message="asked for"),))
    call = Segment(name="notification", id="b" * 16, start_time=1000.1, end_time=1000.4, namespace="remote")
    return (
        a_segment("V2-Notification-Microservice", "c", 0.2, 0.3, parent_id="b" * 16, fault=True, cause=failing),
        a_segment(
            "User-Management-Microservice",
            "a",
            0.0,
            0.5,
            subsegments=(call,),
            http=Http(HttpRequest(method="POST", url="http://x/usermgmt/user"), HttpResponse(status=200)),
        ),
    )


def test_callers_come_before_callees_whatever_the_order_of_arrival() -> None:
    forth, back = rows(a_trace()), rows(reversed(a_trace()))

    assert [(row.depth, row.name) for row in forth] == [
        (0, "User-Management-Microservice"),
        (1, "notification"),
        (2, "V2-Notification-Microservice"),
    ]
    assert forth == back


def test_faults_show_their_flag_and_their_exception() -> None:
    last = rows(a_trace())[-1]

    assert last.flag == "F"
    assert last.exceptions == ("InjectedFault: asked for",)


def test_inferred_nodes_are_left_out() -> None:
    assert rows([a_segment("db", "d", 0, 1, inferred=True)]) == ()


def test_a_segment_whose_caller_is_missing_stands_at_the_left() -> None:
    orphan = a_segment("alone", "f", 0, 1, parent_id="9" * 16)

    assert [row.depth for row in rows([orphan])] == [0]


def test_a_loop_of_parents_ends() -> None:
    one = a_segment("one", "1", 0, 1, parent_id="2" * 16)
    two = a_segment("two", "2", 0, 1, parent_id="1" * 16)

    assert len(rows([one, two])) <= 2


def test_the_drawing_holds_every_name_and_a_bar_in_place() -> None:
    text = io.StringIO()

    Console(file=text, width=120).print(drawn(TRACE, rows(a_trace())))

    lines = text.getvalue().splitlines()
    assert lines[0].startswith(f"{TRACE}  2 segments, 500 ms")
    assert "POST http://x/usermgmt/user" in text.getvalue()
    assert sum("━" in line for line in lines) == 3
    assert "✖ InjectedFault: asked for" in text.getvalue()


def test_on_a_narrow_terminal_the_bar_gives_way_and_no_name_is_broken() -> None:
    text = io.StringIO()
    Console(file=text, width=72).print(drawn(TRACE, rows(a_trace()), 72))

    assert "V2-Notification-Microservice" in text.getvalue()
    assert max(len(line.rstrip()) for line in text.getvalue().splitlines()) <= 72


def test_durations_read_well() -> None:
    assert [duration(value) for value in (0.0004, 0.0123, 0.25, 3.2)] == ["0.4 ms", "12 ms", "250 ms", "3.20 s"]
