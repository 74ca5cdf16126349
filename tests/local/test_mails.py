"""The inbox counts a mail when it is stored whole, knows who sent it, and sees what came twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from serinus.errors import RecordError
from serinus.local.mails import Mail, describe, duplicates, read_inbox, store

V2 = b"Subject: Hello\r\nMessage-ID: <7@omnitechsol.com>\r\nX-OmniTech-Release: V2\r\n\r\nX-OmniTech-Release: V1\r\n"


def test_a_mail_is_kept_whole_and_described(tmp_path: Path) -> None:
    store(tmp_path, "1", V2, ("Ann@example.com",), 100.0)
    expected = Mail(100.0, "ann@example.com", "Hello", "<7@omnitechsol.com>", "V2", "1.eml")
    assert read_inbox(tmp_path) == (expected,)
    assert (tmp_path / "1.eml").read_bytes() == V2


def test_each_recipient_of_a_message_has_a_mail() -> None:
    mails = describe(V2, ("a@example.com", "b@example.com"), "1.eml", 1.0)
    assert [mail.to for mail in mails] == ["a@example.com", "b@example.com"]


def test_a_mail_without_headers_is_a_mail_all_the_same() -> None:
    assert describe(b"hello", ("a@example.com",), "1.eml", 1.0) == (Mail(1.0, "a@example.com", "", "", "", "1.eml"),)


def test_an_encoded_subject_is_read_as_written() -> None:
    (mail,) = describe(b"Subject: =?utf-8?b?w4RwZmVs?=\r\n\r\n", ("a@example.com",), "1.eml", 1.0)
    assert mail.subject == "Äpfel"


def test_the_same_subject_to_the_same_person_is_a_duplicate(tmp_path: Path) -> None:
    for number, to in enumerate(("a@example.com", "A@example.com", "b@example.com")):
        store(tmp_path, str(number), V2, (to,), 1.0)
    assert duplicates(read_inbox(tmp_path)) == 1


def test_an_inbox_is_empty_before_the_first_mail_and_ignores_an_unfinished_line(tmp_path: Path) -> None:
    assert read_inbox(tmp_path) == ()
    store(tmp_path, "1", V2, ("a@example.com",), 1.0)
    with (tmp_path / "mails.jsonl").open("a") as journal:
        journal.write('{"at": 2.0, "to"')
    assert len(read_inbox(tmp_path)) == 1


def test_a_broken_line_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "mails.jsonl").write_text("no mail\n")
    with pytest.raises(RecordError, match=r"mails\.jsonl: not a readable inbox"):
        read_inbox(tmp_path)
