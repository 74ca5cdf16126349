"""EDGE The inbox on disk. In: accepted mails, one at a time. Out: all mails so far, and how many came twice.
The message is stored first, its line in mails.jsonl after: a mail is counted only when it is whole.
"""

from __future__ import annotations

import os
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path

import msgspec
from msgspec import Struct

from serinus.errors import RecordError
from serinus.local.state import write_file

RELEASE_HEADER = "X-OmniTech-Release"


class Mail(Struct, frozen=True):
    """One accepted message for one recipient. `at` epoch s; `version`: the release that sent it, "" if unsaid."""

    at: float
    to: str
    subject: str
    message_id: str
    version: str
    file: str


def describe(content: bytes, recipients: tuple[str, ...], file: str, now: float) -> tuple[Mail, ...]:
    """One Mail for each recipient of the envelope, lower-cased."""
    head = BytesHeaderParser(policy=policy.default).parsebytes(content)
    subject, message_id, version = (str(head.get(name, "")) for name in ("Subject", "Message-ID", RELEASE_HEADER))
    return tuple(Mail(now, to.lower(), subject, message_id.strip(), version, file) for to in recipients)


def store(directory: Path, number: str, content: bytes, recipients: tuple[str, ...], now: float) -> None:
    """Keep the message as NUMBER.eml and say so in mails.jsonl."""
    file = f"{number}.eml"
    mails = describe(content, recipients, file, now)
    write_file(directory / file, content)
    line = b"".join(msgspec.json.encode(mail) + b"\n" for mail in mails)
    with open(directory / "mails.jsonl", "ab", opener=lambda p, flags: os.open(p, flags, 0o600)) as journal:
        journal.write(line)


def read_inbox(directory: Path) -> tuple[Mail, ...]:
    """All mails in the order of their arrival. RecordError: a line that is none. An unfinished last line is no mail."""
    try:
        whole, _, _ = (directory / "mails.jsonl").read_bytes().rpartition(b"\n")
    except FileNotFoundError:
        return ()
    try:
        return tuple(msgspec.json.decode(line, type=Mail) for line in whole.split(b"\n") if line)
    except msgspec.MsgspecError as error:
        raise RecordError(f"{directory / 'mails.jsonl'}: not a readable inbox: {error}") from error


def duplicates(mails: tuple[Mail, ...]) -> int:
    """Mails beyond the first of one subject to one recipient."""
    return len(mails) - len({(mail.to, mail.subject) for mail in mails})
