from __future__ import annotations

from serinus.judge.journal import Again, Note, again
from serinus.judge.woven import woven
from tests.judge.test_journal import entries, log

LINES = log(entries())


def of_another_process(first: int, last: int) -> list[bytes]:
    """What a controller logs that begins at one look and ends before another."""
    return log(entries()[first:last])


def test_one_part_is_left_as_it_is() -> None:
    assert list(woven([LINES])) == LINES
    assert list(woven([])) == list(woven([[]])) == []


def test_parts_of_controllers_that_took_turns_are_one_log_without_a_gap() -> None:
    count = len(entries())
    first = [*of_another_process(0, 2), *of_another_process(4, count)]
    second = of_another_process(2, 4)
    found = list(again(woven([second, first])))

    assert not [one for one in found if isinstance(one, Note)]
    assert [one.look for one in found if isinstance(one, Again)] == [entry.look for entry in entries()]
    assert all(one.agrees for one in found if isinstance(one, Again))


def test_what_a_crash_cut_off_comes_last_and_is_a_note() -> None:
    torn = b'{"line":"look","num'
    found = list(again(woven([[*of_another_process(0, 2), torn], of_another_process(2, len(entries()))])))

    assert [one.gap for one in found if isinstance(one, Note)] == [False]
    assert len([one for one in found if isinstance(one, Again)]) == len(entries())
