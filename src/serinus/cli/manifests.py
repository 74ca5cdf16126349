"""Manifests as people keep them. In: YAML or JSON text, several documents or lists of kubectl's. Out: objects, one by
one, without what the cluster fills in: `status`, and the `run` that `serinus get -o yaml` shows beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

Object = dict[str, Any]
FILLED_IN: Final = frozenset({"status", "run"})


def text_of(name: str) -> str:
    """A file's text, or for `-` standard input's. OSError, UnicodeDecodeError."""
    return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")


def objects(text: str) -> Iterator[Object]:
    """All in the text; what is no mapping is left out. yaml.YAMLError, before the first."""
    import yaml

    for document in list(yaml.safe_load_all(text)):
        yield from _single(document)


def _single(document: Any) -> Iterator[Object]:
    if not isinstance(document, dict):
        return
    if str(document.get("kind", "")).endswith("List") and isinstance(document.get("items"), list):
        for item in document["items"]:
            yield from _single(item)
        return
    yield {key: value for key, value in document.items() if key not in FILLED_IN}
