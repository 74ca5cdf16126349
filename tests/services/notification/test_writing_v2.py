"""V2 writes HTML and text; what people typed stays text in both, and they can unsubscribe."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from notification.mail import Mail
from notification.writing import Letterhead
from notification.writing_v2 import html_and_text, paragraphs

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SENDER = "no-reply@omnitechsol.com"


def write(content: str, subject: str = "Hello", url: str | None = None) -> EmailMessage:
    return html_and_text(Letterhead(SENDER, url))(Mail(subject, content, ("a@x.y",)), "key-1", NOW)


def parts(message: EmailMessage) -> tuple[str, str]:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


def test_both_forms_say_the_same() -> None:
    text, html = parts(write("Dear Ann,\n\nfirst\nsecond"))

    assert text == "Dear Ann,\n\nfirst\nsecond\n\n--\nOmniTech Solutions, 2026\n"
    assert '<p style="line-height:1.5">Dear Ann,</p>' in html
    assert "first<br>second" in html


def test_markup_in_a_mail_is_shown_and_not_obeyed() -> None:
    text, html = parts(write("<script>alert(1)</script> {{ 7 * 7 }}", subject="<b>Hi</b>"))

    assert "<script>" in text
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }}" in html
    assert "<b>Hi</b>" not in html


def test_people_can_unsubscribe_by_mail_and_with_one_click_where_an_address_is_configured() -> None:
    plain, clickable = write("c"), write("c", url="https://omnitechsol.com/u?l=1")

    assert plain["List-Unsubscribe"] == f"<mailto:{SENDER}?subject=unsubscribe>"
    assert plain["List-Unsubscribe-Post"] is None
    assert clickable["List-Unsubscribe"].startswith("<https://omnitechsol.com/u?l=1&delivery=key-1>, <mailto:")
    assert clickable["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert clickable["X-OmniTech-Release"] == "V2"


@pytest.mark.parametrize(
    ("content", "blocks"), [("", []), ("a", [["a"]]), ("a\r\nb\r\n\r\nc\n", [["a", "b"], ["c"]]), ("\n\n\n", [])]
)
def test_paragraphs_are_separated_by_blank_lines(content: str, blocks: list[list[str]]) -> None:
    assert paragraphs(content) == blocks
