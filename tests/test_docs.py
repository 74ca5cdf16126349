"""What the pages tell people to type exists: every command with every option, every make target."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
import yaml
from typer.core import TyperGroup

from serinus.cli.main import app
from serinus.release.spec import parse_release

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def console_lines() -> Iterator[str]:
    """Every line of every ```console block."""
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", page.read_text(), flags=re.DOTALL):
            yield from (line.strip() for line in block.splitlines() if line.strip())


def commands() -> list[str]:
    """Command lines of serinus, those behind `make demo ARGS=…` included."""
    found = []
    for line in console_lines():
        if matched := re.match(r'make demo(?: ARGS="(.*)")?$', line):
            found.append(f"demo {matched[1] or ''}".strip())
        elif "serinus " in line and not line.startswith(("kubectl", "curl", "#")):
            found.append(line.split("serinus ", 1)[1].split(" || ")[0])
    return found


@pytest.mark.parametrize("line", dict.fromkeys(commands()))
def test_commands_in_the_pages_can_be_parsed(line: str) -> None:
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    name, *words = shlex.split(line)

    context = root.commands[name].make_context(name, words)

    assert context.params


def test_make_targets_in_the_pages_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = {matched[1] for line in console_lines() if (matched := re.match(r"make ([a-z-]+)", line))}

    assert named
    assert named <= targets


def test_the_pages_show_commands() -> None:
    assert len(commands()) >= 10


def releases() -> Iterator[tuple[str, object]]:
    """Every CanaryRelease that a page shows."""
    for page in PAGES:
        for block in re.findall(r"```yaml\n(.*?)```", page.read_text(), flags=re.DOTALL):
            for document in yaml.safe_load_all(block):
                if isinstance(document, dict) and document.get("kind") == "CanaryRelease":
                    yield page.name, document


def test_releases_in_the_pages_are_such() -> None:
    found = list(releases())
    assert [page for page, _ in found if page == "from-other-controllers.md"]
    for _, document in found:
        assert parse_release(document).spec.steps
