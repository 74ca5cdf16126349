"""A program is told its port and little else, and its end is explained by its last words."""

from __future__ import annotations

from pathlib import Path

from serinus.local.objects import ProcessTemplate
from serinus.local.program import command_line, environment, last_line, log_end

TEMPLATE = ProcessTemplate("x", ("serve", "--port", "{port}", "--url=http://h:{port}/"), {"A": "b"}, port_env="PORT")


def test_the_port_stands_wherever_the_command_asks_for_it() -> None:
    assert command_line(TEMPLATE, 20001) == ("serve", "--port", "20001", "--url=http://h:20001/")


def test_the_environment_is_the_templates_and_the_port() -> None:
    told = environment(TEMPLATE, 20001)
    assert (told["A"], told["PORT"]) == ("b", "20001")
    assert "PORT" not in environment(TEMPLATE, 0)


def test_the_last_words_are_the_last_line_that_says_something(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text("first\nError: no database\n\n  \n")
    assert last_line(log) == "Error: no database"
    log.write_text("")
    assert last_line(log) == ""
    log.write_text("x" * 10_000)
    assert (len(log_end(log)), len(last_line(log))) == (4096, 300)
