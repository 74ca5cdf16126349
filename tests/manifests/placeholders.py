"""Kubernetes objects flow in, the places a person has to fill in flow out: `<name>` in any value. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

Object = dict[str, Any]
PLACEHOLDER = re.compile(r"<([a-z][a-z0-9-]*)>")


class Placeholder(NamedTuple):
    """`name` without its brackets; `path` within the object, `/` between its steps."""

    name: str
    kind: str
    object: str
    path: str


def placeholders(documents: Iterable[Object]) -> list[Placeholder]:
    """In the order of the documents."""
    return [
        Placeholder(name, document["kind"], document["metadata"]["name"], path)
        for document in documents
        for path, text in _texts(document, "")
        for name in PLACEHOLDER.findall(text)
    ]


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield path, value
        case dict():
            for key, inner in value.items():
                yield from _texts(inner, f"{path}/{key}")
        case list():
            for index, inner in enumerate(value):
                yield from _texts(inner, f"{path}/{index}")
