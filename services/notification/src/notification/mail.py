"""A request to send flows in as JSON, a frozen Mail and its fingerprint flow out. Pure.

Addresses are checked and each recipient is mailed once: To before Cc before Bcc, compared without case.
"""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from omnitech_chassis import addresses, lines

MOST_RECIPIENTS = 50  # SES's own limit for one message


def _encodable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a mail contains no NUL")
    return text


Address = Annotated[
    str,
    Field(json_schema_extra={"pattern": addresses.PATTERN, "maxLength": addresses.LONGEST}),
    AfterValidator(addresses.address),
]
Addresses = Annotated[list[Address], Field(max_length=MOST_RECIPIENTS)]


class SendRequest(BaseModel):
    """The body of POST /notification/send. `from` is accepted for old clients and ignored."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, Field(min_length=1, max_length=200), AfterValidator(lines.one_line)]
    content: Annotated[str, Field(max_length=50_000), AfterValidator(_encodable)]
    from_: Annotated[str | None, Field(alias="from", max_length=addresses.LONGEST)] = None
    to_emails: Annotated[list[Address], Field(alias="toEmails", min_length=1, max_length=MOST_RECIPIENTS)]
    cc_emails: Annotated[Addresses | None, Field(alias="ccEmails")] = None
    bcc_emails: Annotated[Addresses | None, Field(alias="bccEmails")] = None


class Mail(msgspec.Struct, frozen=True):
    """What is to be sent to whom; no address twice."""

    subject: str
    content: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        return (*self.to, *self.cc, *self.bcc)


def mail_of(request: SendRequest) -> Mail:
    seen: set[str] = set()
    to = _unseen(request.to_emails, seen)
    cc = _unseen(request.cc_emails or [], seen)
    return Mail(request.subject, request.content, to, cc, _unseen(request.bcc_emails or [], seen))


def _unseen(wanted: list[str], seen: set[str]) -> tuple[str, ...]:
    kept = []
    for address in wanted:
        if address.lower() not in seen:
            seen.add(address.lower())
            kept.append(address)
    return tuple(kept)


def fingerprint(mail: Mail) -> str:
    """SHA-256 in hex of what the client asked for; the same for every release, so they can share a store."""
    return hashlib.sha256(msgspec.json.encode(mail)).hexdigest()
