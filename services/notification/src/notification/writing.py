"""A Mail flows in, a message ready for the wire flows out, written the way of one release. Pure.

Both releases give a message the same Message-ID for the same delivery, so that a retry on the other is recognised.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import msgspec

from notification.mail import Mail


class Letterhead(msgspec.Struct, frozen=True):
    """What is the same on every mail of this installation."""

    sender: str
    unsubscribe_url: str | None = None


Write = Callable[[Mail, str, datetime], EmailMessage]


def message_id(delivery: str, sender: str) -> str:
    return f"<{delivery}@{sender.rpartition('@')[2]}>"


def envelope(mail: Mail, delivery: str, now: datetime, sender: str) -> EmailMessage:
    """Headers only; Bcc stays in the envelope and out of the message. The policy refuses line breaks in headers."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = sender, ", ".join(mail.to)
    if mail.cc:
        message["Cc"] = ", ".join(mail.cc)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(delivery, sender)
    return message


def plain_text(letterhead: Letterhead) -> Write:
    """V1."""

    def write(mail: Mail, delivery: str, now: datetime) -> EmailMessage:
        message = envelope(mail, delivery, now, letterhead.sender)
        message["X-OmniTech-Release"] = "V1"
        message.set_content(mail.content)
        return message

    return write
