"""Attributes are read under any of their names, by type."""

from serinus_xray.attributes import present, text, texts, whole


def test_the_first_name_that_is_there_is_read() -> None:
    assert text({"old": "b", "new": "a"}, "new", "old") == "a"
    assert text({"old": "b", "new": ""}, "new", "old") == "b"
    assert text({"n": 5}, "n") == "5"
    assert text({"n": ["a"]}, "n") is None
    assert text({}, "n") is None


def test_numbers_come_as_numbers_or_digits() -> None:
    assert (whole({"n": 5}, "n"), whole({"n": "5"}, "n")) == (5, 5)
    assert (whole({"n": True}, "n"), whole({"n": "x"}, "n"), whole({"n": 5.5}, "n"), whole({}, "n")) == (None,) * 4


def test_lists_may_come_as_one() -> None:
    assert (texts({"t": "a"}, "t"), texts({"t": ("a", 1)}, "t"), texts({}, "t")) == (["a"], ["a", "1"], [])


def test_nothing_is_carried_that_is_not_there() -> None:
    assert present(a=None, b="", c=[], d={}, e=0, f=False, g="x") == {"e": 0, "f": False, "g": "x"}
