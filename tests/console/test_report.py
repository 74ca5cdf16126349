from __future__ import annotations

from html.parser import HTMLParser

from msgspec.structs import replace

from serinus.console.report import MOST_ROWS, as_html, as_markdown, report
from serinus.console.rows import run_view
from serinus.console.wire import Cause
from serinus.release.run import Point
from tests.console.builders import CANARY, FAULTED, a_seen

CAUSE = Cause("GET /info", CANARY, "GET /info", "OutOfStock", "none left", 2, 3, (FAULTED,))


POINTS = tuple(Point(1000.0 + at, 0.001 * at, -0.2, 0.002 * at, 0.0006, at, 25 if at < 50 else 50) for at in range(90))


def made() -> tuple[str, str]:
    run = run_view(replace(a_seen().run, points=POINTS))
    assert run is not None
    one = report(a_seen().release, run, (CAUSE,))
    return as_markdown(one), as_html(one)


def test_a_report_tells_outcome_evidence_cause_and_who_did_what() -> None:
    for text in made():
        for part in ("rolled back", "Harm found", "+4.9 pp (+2.0 … +9.0)", "OutOfStock", "ana", FAULTED):
            assert part in text


def test_the_page_needs_nothing_else_and_escapes_what_it_shows() -> None:
    _, html = made()
    tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)
            assert not {name for name, _ in attrs} & {"src", "href", "onclick", "onload"}

    Reader().feed(html)
    assert "script" not in tags
    assert "b" not in tags
    assert "&lt;b&gt;" in html


def test_the_evidence_over_time_is_drawn_and_told_in_a_dozen_rows() -> None:
    markdown, html = made()
    rows = markdown.split("## Evidence over time")[1].split("##")[0].strip().splitlines()[2:]

    assert len(rows) == MOST_ROWS
    assert rows[0].startswith("| 1970-01-01 00:16:40 UTC | 25 % | 0 | ")
    assert rows[-1].startswith("| 1970-01-01 00:18:09 UTC | 50 % | 89 | ")
    assert html.count("<svg") == 1
    assert html.index("Evidence over time") < html.index("<svg") < html.index("Where the faults begin")


def test_markdown_keeps_its_cells_apart() -> None:
    markdown, _ = made()

    assert "faults \\| <b>" in markdown
