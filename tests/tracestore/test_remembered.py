from __future__ import annotations

from serinus.tracestore.remembered import Remembered


def test_a_result_is_known_while_its_revision_is_asked_for() -> None:
    known = Remembered[str, int](2)
    known.keep("a", 1, 10)
    assert (known.recall("a", 1), known.recall("a", 2), known.recall("b", 1)) == (10, None, None)
    known.keep("a", 2, 20)
    assert (known.recall("a", 1), known.recall("a", 2), len(known)) == (None, 20, 1)


def test_the_least_recently_used_goes_first() -> None:
    known = Remembered[str, int](2)
    known.keep("a", 1, 1)
    known.keep("b", 1, 2)
    assert known.recall("a", 1) == 1
    known.keep("c", 1, 3)
    assert (known.recall("b", 1), known.recall("a", 1), known.recall("c", 1)) == (None, 1, 3)
