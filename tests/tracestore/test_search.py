"""Every trace is older than the beginning of the list."""

from __future__ import annotations

from serinus.tracestore.search import NEWEST, Cursor


def test_the_newest_cursor_is_after_every_trace() -> None:
    assert NEWEST.started > Cursor(1e300, "1-ffffffff").started
