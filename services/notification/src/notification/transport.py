"""What a way of sending mail is: a message and its Mail flow in, an acceptance flows out, or a MailFailure that says
whether to try again. One small file each: smtp.py, ses.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from typing import Protocol

import msgspec

from notification.mail import Mail


class Acceptance(msgspec.Struct, frozen=True):
    """The other side's words, and the recipients it refused although it took the mail for the others."""

    words: str
    refused: tuple[str, ...] = ()


class Call(msgspec.Struct, frozen=True):
    """The CLIENT span of a delivery, by OpenTelemetry's conventions: from it comes what stands on the service map."""

    name: str
    attributes: Mapping[str, str | int]


class Transport(Protocol):
    """`deliver` returns once the mail is accepted for at least one recipient, within a limit of its own; it tries once.
    It runs inside the span of `call` and may add to it. What a Bcc says is in `mail` alone.
    """

    call: Call

    async def deliver(self, message: EmailMessage, sender: str, mail: Mail) -> Acceptance:
        """Raises MailFailure."""

    async def close(self) -> None:
        """No deliveries follow."""
