"""Locked requirements for many Pythons flow in, those for one flow out, without conditions. Pure.

pip looks at its own Python's conditions even where it downloads for another, and would take that one's versions.
"""

from __future__ import annotations

import re

from packaging.markers import Marker

ENTRY = re.compile(
    r"^(?P<pinned>[^\s#;][^;\n]*?)[ ]*(?:;(?P<condition>[^\\\n]*))?(?P<rest>\\?\n(?:[ \t].*\n)*)", re.MULTILINE
)


def for_python(locked: str, version: str) -> str:
    """`locked` as `uv pip compile --universal --generate-hashes` writes it; `version` as 3.13. For this system."""
    python = {"python_version": version, "python_full_version": f"{version}.0"}

    def wanted(condition: str | None) -> bool:
        return condition is None or Marker(condition.strip()).evaluate(python)

    entries = ENTRY.finditer(f"{locked}\n")
    return "".join(f"{entry['pinned']} {entry['rest']}" for entry in entries if wanted(entry["condition"]))
