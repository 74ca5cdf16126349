"""Writes docs/reference from the program itself. In: the transition table and the command line. Out: Markdown pages.
Run as `python docs/generate.py`; a test refuses pages that are not what this program would write.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TERM", "dumb")
os.environ["TERMINAL_WIDTH"] = "100"

import typer.main
from typer.core import TyperArgument, TyperGroup

from serinus.release.transitions import AT_REST, TRANSITIONS

REFERENCE = Path(__file__).parent / "reference"


def pages() -> dict[str, str]:
    """File name → content."""
    return {"transitions.md": transitions(), "cli.md": command_line()}


def transitions() -> str:
    """The state diagram and the table it comes from."""
    lines = [
        "# Phases of a release",
        "",
        "Generated from `serinus.release.transitions`. A pair that is not listed changes nothing.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> Idle",
        *(f"    {phase} --> {target}: {event}" for (phase, event), target in TRANSITIONS.items()),
        *(f"    {phase} --> [*]" for phase in AT_REST if phase != "Idle"),
        "```",
        "",
        "| from | event | to |",
        "|---|---|---|",
        *(f"| {phase} | {event} | {target} |" for (phase, event), target in TRANSITIONS.items()),
        "",
    ]
    return "\n".join(lines)


def command_line() -> str:
    """Every command with its arguments and options."""
    from serinus.cli.main import app

    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    parts = ["# The command line", "", "Generated from `serinus --help`.", ""]
    for name, command in sorted(root.commands.items()):
        if not command.hidden:
            parts.extend(_command(name, command))
    return "\n".join(parts)


def _command(name: str, command: Any) -> Iterator[str]:
    yield f"## serinus {name}"
    yield ""
    yield (command.help or "").strip()
    yield ""
    yield "| | |"
    yield "|---|---|"
    for parameter in command.params:
        words = " ".join((*parameter.opts, *parameter.secondary_opts)) or parameter.name
        named = parameter.name.upper() if isinstance(parameter, TyperArgument) else words
        yield f"| `{named}` | {_help(parameter)} |"
    yield ""


def _help(parameter: Any) -> str:
    text = (parameter.help or "").replace("|", "\\|")
    default = parameter.default
    shown = default is not None and not callable(default) and not isinstance(default, bool) and default != ""
    return f"{text} (default {default})" if shown and not parameter.required else text


if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for file, content in pages().items():
        (REFERENCE / file).write_text(content)
