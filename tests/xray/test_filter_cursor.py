"""The cursor takes what is wanted and refuses the rest where it stands."""

import pytest

from serinus_xray.errors import InvalidFilter
from serinus_xray.filter_cursor import Cursor
from serinus_xray.filter_tokens import tokens


def test_what_is_wanted_is_taken() -> None:
    cursor = Cursor(tokens('ok AND ("x")'))
    assert cursor.take("word", "a keyword").text == "ok"
    assert cursor.took_word("and")
    assert cursor.took("(")
    assert not cursor.took(")")
    assert cursor.advance().text == "x"
    cursor.need(")")
    assert cursor.ahead.kind == "end"


def test_the_end_is_never_passed() -> None:
    cursor = Cursor(tokens(""))
    assert [cursor.advance().kind for _ in range(3)] == ["end"] * 3


def test_what_is_not_wanted_is_refused_with_what_is() -> None:
    cursor = Cursor(tokens("ok fault"))
    cursor.advance()
    with pytest.raises(InvalidFilter, match=r"character 3: Invalid input symbol 'fault': expected '\{'"):
        cursor.need("{")
