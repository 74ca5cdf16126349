"""The plan in force follows the file; a broken file changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from omnitech_chassis import faults_file
from omnitech_chassis.faults import NO_FAULTS, FaultPlan
from omnitech_chassis.faults_file import Faults


@pytest.fixture(autouse=True)
def look_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults_file, "LOOK_EVERY_S", 0.0)


def write(file: Path, text: str, mtime: int) -> None:
    file.write_text(text)
    os.utime(file, (mtime, mtime))


def test_without_a_file_nothing_ever_strikes() -> None:
    assert Faults().plan() is NO_FAULTS


def test_the_plan_follows_the_file(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    faults = Faults(file)
    assert faults.plan() == NO_FAULTS

    write(file, '{"fault": 1.0}', 1)
    assert (faults.plan(), faults.draw("GET /x").fail) == (FaultPlan(fault=1.0), True)

    write(file, '{"mail": 0.5}', 2)
    assert faults.plan() == FaultPlan(mail=0.5)

    file.unlink()
    assert faults.plan() == NO_FAULTS


def test_a_broken_file_is_logged_and_leaves_the_last_good_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "faults.json"
    faults = Faults(file)
    write(file, '{"fault": 1.0}', 1)
    faults.plan()

    write(file, '{"fault": 9}', 2)

    assert faults.plan() == FaultPlan(fault=1.0)
    assert "$.fault" in capsys.readouterr().out


def test_a_seed_makes_the_dice_repeat(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    write(file, '{"fault": 0.5}', 1)
    one, other = Faults(file, 7), Faults(file, 7)

    assert [one.draw("GET /").fail for _ in range(50)] == [other.draw("GET /").fail for _ in range(50)]


def test_between_two_looks_the_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults_file, "LOOK_EVERY_S", 3600.0)
    file = tmp_path / "faults.json"
    faults = Faults(file)
    faults.plan()

    write(file, '{"fault": 1.0}', 1)

    assert faults.plan() == NO_FAULTS
