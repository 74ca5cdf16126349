"""SQL lives in .sql files, by name. In: schema.sql and queries.sql beside this module. Out: statements as text."""

from __future__ import annotations

import re
from importlib import resources
from typing import Final

_NAMED: Final = re.compile(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


def schema() -> str:
    """What creates the tables where they do not exist."""
    return _text("schema.sql")


def queries() -> dict[str, str]:
    """Each query under the name written above it."""
    return {name: statement.strip() for name, statement in _NAMED.findall(_text("queries.sql"))}


def _text(file: str) -> str:
    return resources.files(__package__).joinpath(file).read_text(encoding="utf-8")
