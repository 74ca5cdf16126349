"""Symbols keep their kind, text and position."""

import pytest

from serinus_xray.errors import InvalidFilter
from serinus_xray.filter_tokens import tokens


def test_symbols_are_told_apart() -> None:
    found = [
        (token.kind, token.text) for token in tokens('annotation[my key] != "a\\"b" AND responsetime>=-1.5e3 {},:()!')
    ]
    assert found[:7] == [
        ("word", "annotation"),
        ("key", "my key"),
        ("operator", "!="),
        ("string", 'a"b'),
        ("word", "AND"),
        ("word", "responsetime"),
        ("operator", ">="),
    ]
    assert found[7:] == [("number", "-1.5e3"), *(("mark", mark) for mark in "{},:()!"), ("end", "")]


def test_positions_count_characters() -> None:
    assert [token.position for token in tokens("ok  AND ok ")] == [0, 4, 8, 11]


def test_json_is_one_symbol_whatever_its_strings_hold() -> None:
    (json, end) = tokens('#[{"a": "]"}, [1]] ')
    assert (json.kind, json.text, end.kind) == ("json", '[{"a": "]"}, [1]]', "end")


@pytest.mark.parametrize(("expression", "position"), [("ok ~", 3), ('"open', 0), ("#[1", 0), ("a;b", 1)])
def test_what_begins_no_symbol_is_refused_where_it_stands(expression: str, position: int) -> None:
    with pytest.raises(InvalidFilter) as refusal:
        tokens(expression)
    assert refusal.value.position == position
