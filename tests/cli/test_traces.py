from __future__ import annotations

import pytest

from serinus.cli.options import Output
from serinus.cli.traces import _listed, columns, path_of
from tests.cli.builders import TRACE


def test_columns_go_where_there_is_no_room_and_ids_stay() -> None:
    assert [len(columns(width)) for width in (160, 80, 60)] == [5, 4, 2]
    assert path_of("https://shop:8443/usermgmt/users?limit=20") == "/usermgmt/users?limit=20"
    assert path_of("") == ""


def test_off_a_terminal_nothing_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    path = "/usermgmt/" + "x" * 200
    _listed([{"Id": TRACE, "Http": {"HttpMethod": "GET", "HttpURL": f"https://shop{path}"}}], Output.TEXT)
    said = capsys.readouterr().out
    assert TRACE in said
    assert f"GET {path}" in said
