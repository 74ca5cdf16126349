"""Logs of evidence as files: bounded, appended to whatever a crash left, and never in the release's way."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from msgspec.structs import replace

from serinus.errors import RecordError
from serinus.judge.journal import Again, Note, again
from serinus.judge.policy import Policy
from serinus.local.journal import RUNS_KEPT, FileJournal, log_files, log_lines, log_of
from tests.judge.test_journal import entries


def test_a_log_lies_beside_its_record_and_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    journal = FileJournal(tmp_path / "runs")
    for entry in entries():
        journal.append("notification", 1, entry)
    (log,) = log_of(tmp_path / "runs/notification-1.json")

    assert log.name == "notification-1.evidence.ndjson"
    assert log.stat().st_mode & 0o777 == 0o600
    found = list(again(log_lines((log,))))
    assert len(found) == len(entries())
    assert all(isinstance(one, Again) and one.agrees for one in found)


def test_a_new_process_goes_on_after_a_line_that_was_cut_off(tmp_path: Path) -> None:
    written = entries()
    for entry in written[:4]:
        FileJournal(tmp_path).append("notification", 1, entry)
    _, path = log_files(tmp_path, "notification", 1)
    with path.open("ab") as file:
        file.write(b'{"line":"look","bef')
    journal = FileJournal(tmp_path)
    for entry in written[4:]:
        journal.append("notification", 1, entry)
    found = list(again(log_lines((path,))))

    assert [one.number for one in found if isinstance(one, Note)] == [9]
    assert [one.agrees for one in found if isinstance(one, Again)] == [True] * len(written)


def test_a_part_that_is_full_is_put_aside_and_the_one_before_it_removed(tmp_path: Path) -> None:
    journal, written = FileJournal(tmp_path, largest=10_000), entries()
    for entry in written:
        journal.append("notification", 1, entry)
    parts = log_of(tmp_path / "notification-1.json")
    found = list(again(log_lines(parts)))

    assert parts == log_files(tmp_path, "notification", 1)
    assert all(path.stat().st_size < 20_000 for path in parts)
    assert [isinstance(one, Note) and one.gap for one in found[:1]] == [False]
    assert all(one.agrees for one in found if isinstance(one, Again))
    assert isinstance(found[-1], Again)
    assert found[-1].verdict == written[-1].verdict


def test_another_policy_opens_the_log_anew(tmp_path: Path) -> None:
    journal, entry = FileJournal(tmp_path), entries()[0]
    for policy in (Policy(), Policy(), Policy(false_alarm=0.2)):
        journal.append("notification", 1, replace(entry, policy=policy))
    _, path = log_files(tmp_path, "notification", 1)

    assert [line[9:13] for line in path.read_bytes().splitlines()] == [b"open", b"look", b"look", b"open", b"look"]


def test_the_newest_runs_of_a_release_are_kept_and_other_releases_left_alone(tmp_path: Path) -> None:
    journal, entry = FileJournal(tmp_path), entries()[0]
    journal.append("notification-2", 1, entry)
    for number in range(1, RUNS_KEPT + 4):
        journal.append("notification", number, entry)

    kept = sorted(
        int(path.name.split("-")[1].split(".")[0])
        for path in tmp_path.glob("notification-*.e*")
        if path.name.count("-") == 1
    )
    assert kept == list(range(4, RUNS_KEPT + 4))
    assert log_of(tmp_path / "notification-2-1.json")


def test_a_log_that_cannot_be_written_is_said_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "runs").write_text("a file where the directory should be")
    with caplog.at_level(logging.WARNING):
        FileJournal(tmp_path / "runs").append("notification", 1, entries()[0])

    assert "the evidence of notification-1.evidence.ndjson cannot be logged" in caplog.text


def test_a_log_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"none\.ndjson: No such file"):
        list(log_lines((tmp_path / "none.ndjson",)))
    assert log_of(tmp_path / "none.json") == ()


def test_every_name_that_kubernetes_takes_is_logged(tmp_path: Path) -> None:
    for name in ("notification.v2", "n" * 253):
        FileJournal(tmp_path).append(name, 1, entries()[0])

    assert [path.name for path in tmp_path.iterdir()] == ["notification.v2-1.evidence.ndjson"]
