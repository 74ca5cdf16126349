"""Writes docs/reference from the program itself. In: the transition table and the command line. Out: Markdown pages.
Run as `python docs/generate.py`; a test refuses pages that are not what this program would write.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("TERM", "dumb")
os.environ["TERMINAL_WIDTH"] = "100"

import typer.main
from click import Command, Context, Group

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
    assert isinstance(root, Group)
    parts = ["# The command line", "", "Generated from `serinus --help`.", ""]
    for name in root.list_commands(Context(root, info_name="serinus")):
        command = root.commands[name]
        if not command.hidden:
            parts.extend(_command(name, command))
    return "\n".join(parts)


def _command(name: str, command: Command) -> Iterator[str]:
    yield f"## serinus {name}"
    yield ""
    yield (command.help or "").strip()
    yield ""
    yield "| | |"
    yield "|---|---|"
    for parameter in command.params:
        record = parameter.get_help_record(Context(command))
        named = record[0] if record else (parameter.name or "").upper()
        text = record[1] if record else getattr(parameter, "help", "") or ""
        yield f"| `{named}` | {text.replace('|', chr(92) + '|')} |"
    yield ""


if __name__ == "__main__":
    REFERENCE.mkdir(exist_ok=True)
    for file, content in pages().items():
        (REFERENCE / file).write_text(content)
