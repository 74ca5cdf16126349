from __future__ import annotations

import os

import pytest

from serinus.cli.login import login_name


def test_the_login_name_is_who_sits_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ana")
    assert login_name() == "ana"


def test_a_container_has_a_number_and_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 10001)
    assert login_name() == "uid 10001"
