"""Requests become mails with each recipient once, and the same request always has the same fingerprint."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from notification.mail import Mail, SendRequest, fingerprint, mail_of

names = st.sampled_from(["a@x.y", "A@x.y", "b@x.y", "B@X.Y", "c@x.y"])
lists = st.lists(names, max_size=6)


def request(**fields: object) -> SendRequest:
    return SendRequest.model_validate({"subject": "s", "content": "c", "toEmails": ["a@x.y"]} | fields)


@settings(deadline=None)
@given(st.lists(names, min_size=1, max_size=6), lists, lists)
def test_everybody_is_mailed_once_and_nobody_forgotten(to: list[str], cc: list[str], bcc: list[str]) -> None:
    mail = mail_of(request(toEmails=to, ccEmails=cc, bccEmails=bcc))

    lowered = [address.lower() for address in mail.recipients]
    assert len(lowered) == len(set(lowered))
    assert set(lowered) == {address.lower() for address in to + cc + bcc}


def test_lists_may_be_absent_or_null() -> None:
    assert mail_of(request(ccEmails=None)) == Mail("s", "c", ("a@x.y",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"subject": "a\nb"},
        {"subject": "a\x85b"},
        {"subject": "x" * 201},
        {"content": "\x00"},
        {"toEmails": ["a@x.y"] * 51},
        {"toEmails": [".a@x.y"]},
        {"to": 1},
    ],
)
def test_what_no_mail_can_hold_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        request(**wrong)


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_another_content_has_another_fingerprint(one: str, other: str) -> None:
    mail = Mail("s", one, ("a@x.y",))

    assert (fingerprint(mail) == fingerprint(msgspec.structs.replace(mail, content=other))) == (one == other)


def test_moving_a_recipient_to_another_list_changes_the_fingerprint() -> None:
    assert fingerprint(Mail("s", "c", ("a@x.y",), ("b@x.y",))) != fingerprint(Mail("s", "c", ("a@x.y", "b@x.y")))
