"""A page of the documentation flows in; its commands by section, run as a person would, flow out.

A `console` block is typed as it stands; a `text` block behind it shows lines of what it answers, in their order.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from tests.node.layout import REPOSITORY
from tests.node.processes import tail

BLOCK = re.compile(r"```console\n(?P<typed>.*?)```(?:\n```text\n(?P<shown>.*?)```)?", re.DOTALL)
SECTION = re.compile(r"^## (?:\d+\. )?(?P<title>.+)\n(?P<text>(?:(?!## ).*\n)*)", re.MULTILINE)
ANY = "…"
FINISHED_S = 540


class Block(msgspec.Struct, frozen=True):
    """`shown` are patterns of lines; … stands for anything."""

    typed: str
    shown: tuple[str, ...]


def sections(page: str) -> dict[str, tuple[Block, ...]]:
    """Blocks by the title of their section."""
    return {found["title"]: tuple(_blocks(found["text"])) for found in SECTION.finditer(page)}


def _blocks(text: str) -> list[Block]:
    return [Block(found["typed"], tuple((found["shown"] or "").splitlines())) for found in BLOCK.finditer(text)]


def rows(page: str) -> list[tuple[int, ...]]:
    """The numbers of each table row that begins with one."""
    found = (re.findall(r"\d+", line) for line in page.splitlines() if re.match(r"\| \d", line))
    return [tuple(map(int, numbers)) for numbers in found]


def missing(shown: Sequence[str], answer: str) -> str | None:
    """The first pattern that no line of the answer fits, below those that fitted before."""
    lines = iter(answer.splitlines())
    for pattern in shown:
        fits = re.compile(".*".join(re.escape(" ".join(part.split())) for part in pattern.split(ANY)) + ".*")
        if not any(fits.match(" ".join(line.split())) for line in lines):
            return pattern
    return None


class Shell:
    """Bash in the repository, which keeps what is exported from block to block. Temporary files go to `directory`."""

    def __init__(self, environment: Mapping[str, str], directory: Path) -> None:
        self.environment = {**os.environ, **environment, "TMPDIR": str(directory)}
        self._exported = directory / "exported"

    def run(self, typed: str) -> str:
        """What it says on standard output; AssertionError with its last words if a command of it fails."""
        command = ["bash", "-euo", "pipefail", "-c", f"{typed}\nenv -0 > {self._exported}"]
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=FINISHED_S,
            check=False,
        )
        assert done.returncode == 0, f"{typed}exit code {done.returncode}\n{tail(done.stdout + done.stderr, 20)}"
        exported = self._exported.read_text(encoding="utf-8").split("\0")
        self.environment = dict(pair.split("=", 1) for pair in exported if pair)
        return done.stdout

    def follow(self, block: Block) -> str:
        """Run it and find in its answer what the page shows."""
        answer = self.run(block.typed)
        unfit = missing(block.shown, answer)
        assert unfit is None, f"the page shows {unfit!r}, but this was said:\n{answer}"
        return answer
