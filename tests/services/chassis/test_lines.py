"""What fits one line passes unchanged; whatever some reader takes for the end of a line does not."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omnitech_chassis.lines import one_line


@pytest.mark.parametrize("character", ["\n", "\r", "\x00", "\x0b", "\x1c", "\x7f", "\x85", "\u2028", "\u2029"])
def test_no_line_break_passes(character: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        one_line(f"a{character}b")


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200))
def test_whatever_passes_can_be_a_header(text: str) -> None:
    try:
        subject = one_line(text)
    except ValueError:
        return
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject

    assert b"\r\n" in bytes(message)
    assert len(text.splitlines()) == 1
