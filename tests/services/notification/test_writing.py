"""V1 writes plain text; headers hold one line each whatever the mail says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

from hypothesis import given, settings
from hypothesis import strategies as st

from notification.mail import Mail
from notification.releases import writer
from notification.writing import Letterhead, message_id
from omnitech_chassis.addresses import PATTERN, address

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WRITE = writer("V1", Letterhead("no-reply@omnitechsol.com"))
ADDRESSES = st.from_regex(re.compile(PATTERN), fullmatch=True).filter(
    lambda text: len(text) <= 254 and text.index("@") <= 64 and "\n" not in text
)
SUBJECTS = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), min_size=1, max_size=200)


def test_v1_is_plain_text_with_the_headers_a_mail_needs() -> None:
    message = WRITE(Mail("Hello", "Line\n.\nEnd", ("a@x.y", "b@x.y"), ("c@x.y",), ("d@x.y",)), "key-1", NOW)

    assert dict(message.items()) == {
        "From": "no-reply@omnitechsol.com",
        "To": "a@x.y, b@x.y",
        "Cc": "c@x.y",
        "Subject": "Hello",
        "Date": "Tue, 24 Nov 2026 10:00:00 +0000",
        "Message-ID": "<key-1@omnitechsol.com>",
        "X-OmniTech-Release": "V1",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
        "MIME-Version": "1.0",
    }
    assert message.get_content().splitlines() == ["Line", ".", "End"]


def test_a_delivery_keeps_its_message_id_whatever_the_release() -> None:
    mail, head = Mail("s", "c", ("a@x.y",)), Letterhead("no-reply@omnitechsol.com")

    ids = {writer(release, head)(mail, "key-1", NOW)["Message-ID"] for release in ("V1", "V2")}

    assert ids == {message_id("key-1", head.sender)} == {"<key-1@omnitechsol.com>"}


@settings(deadline=None)
@given(SUBJECTS)
def test_no_subject_adds_a_header(subject: str) -> None:
    sent = WRITE(Mail(subject, "c", ("a@x.y",)), "key-1", NOW).as_bytes()

    read = message_from_bytes(sent, policy=default)
    assert "Bcc" not in read
    assert len(read.items()) == 9
    assert " ".join(str(read["Subject"]).split()) == " ".join(subject.split())


@settings(deadline=None)
@given(st.lists(ADDRESSES, min_size=1, max_size=20))
def test_every_address_that_passes_can_be_written_to(to: list[str]) -> None:
    sent = WRITE(Mail("s", "c", tuple(address(one) for one in to)), "key-1", NOW).as_bytes()

    assert len(message_from_bytes(sent, policy=default).items()) == 9
