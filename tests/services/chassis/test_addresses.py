"""Only plain addresses pass; nothing that could break out of a header or an envelope does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnitech_chassis.addresses import PATTERN, address


@pytest.mark.parametrize("text", ["a@b", "ann.lee+tag@mail.example.com", "x'y@example.co", "A_1@xn--bcher-kva.example"])
def test_an_address_passes_unchanged(text: str) -> None:
    assert address(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@b",
        "a@",
        "a b@c",
        "a@b@c",
        "a@b,c@d",
        "<a@b>",
        "a@b\n",
        "a@b\r\nBcc: c@d",
        "ä@b",
        "a@-b",
        "a@b..c",
        ".a@b",
        "a.@b",
        "a..b@c",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        address(text)


def test_the_local_part_has_at_most_64_characters() -> None:
    assert address("a" * 64 + "@b")
    with pytest.raises(ValueError, match="at most 64"):
        address("a" * 65 + "@b")


def test_an_address_has_at_most_254_characters() -> None:
    with pytest.raises(ValueError, match="at most 254"):
        address("a@" + ".".join(["b" * 60] * 5))


@settings(deadline=None)
@given(
    st.from_regex(re.compile(PATTERN), fullmatch=True).filter(
        lambda text: len(text) <= 254 and text.index("@") <= 64 and "\n" not in text
    )
)
def test_what_the_published_pattern_allows_passes(text: str) -> None:
    assert address(text) == text


@settings(deadline=None)
@given(st.text())
def test_whatever_passes_holds_no_space_control_or_separator(text: str) -> None:
    try:
        passed = address(text)
    except ValueError:
        return
    assert not set(passed) & set(' \t\r\n\x00,;<>()[]"\\')
