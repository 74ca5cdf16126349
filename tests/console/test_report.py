from __future__ import annotations

from html.parser import HTMLParser

from serinus.console.report import as_html, as_markdown, report
from serinus.console.rows import run_view
from serinus.console.wire import Cause
from tests.console.builders import CANARY, FAULTED, a_seen

CAUSE = Cause("GET /info", CANARY, "GET /info", "OutOfStock", "none left", 2, 3, (FAULTED,))


def made() -> tuple[str, str]:
    run = run_view(a_seen().run)
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


def test_markdown_keeps_its_cells_apart() -> None:
    markdown, _ = made()

    assert "faults \\| <b>" in markdown
