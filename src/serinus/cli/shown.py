"""Releases in kubectl's forms. In: resources as JSON. Out: text for -o json, yaml, name, and rows of the tables.
The columns are those of `kubectl get canaryreleases`.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from serinus.cli.options import Format

Json = dict[str, Any]
COLUMNS: Final = ("NAME", "PHASE", "STEP", "WEIGHT", "MEASURED", "VERDICT", "AGE")
WIDE: Final = ("REASON", "STABLE", "CANARY", "MESSAGE")


def row(document: Json, now: float) -> dict[str, str]:
    """One line of the table, all columns, NAMESPACE too. `now` in epoch s."""
    metadata, status = document["metadata"], document.get("status", {})
    phase = status.get("phase", "")
    flag = "Paused" if status.get("paused") else "Held" if status.get("held") else ""
    return {
        "NAMESPACE": metadata.get("namespace", ""),
        "NAME": metadata["name"],
        "PHASE": f"{flag} ({phase})" if flag else phase,
        "STEP": status.get("progress", ""),
        "WEIGHT": str(status.get("weight", "")),
        "MEASURED": status.get("measured", ""),
        "VERDICT": status.get("verdict", ""),
        "AGE": age(now - _born(metadata)) if "creationTimestamp" in metadata else "",
        "REASON": status.get("reason", ""),
        "STABLE": status.get("stableVersion", ""),
        "CANARY": status.get("canaryVersion", ""),
        "MESSAGE": status.get("message", ""),
    }


def columns(form: Format, *, everywhere: bool) -> tuple[str, ...]:
    """The columns that a table has."""
    return (*(("NAMESPACE",) if everywhere else ()), *COLUMNS, *(WIDE if form is Format.WIDE else ()))


def table(names: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    """Header and rows, three spaces between columns; nothing is cut."""
    lines = [names, *(tuple(row[name] for name in names) for row in rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(names))]
    return "\n".join("   ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def age(seconds: float) -> str:
    """As kubectl writes ages."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)}{unit}"
    return f"{max(0, int(seconds))}s"


def written(document: Json, form: Format) -> str:
    """The document as json (one line), yaml or name."""
    if form is Format.JSON:
        return json.dumps(document, ensure_ascii=False)
    if form is Format.NAME:
        each = document["items"] if document["kind"] == "List" else [document]
        return "\n".join(f"canaryrelease.serinus.dev/{one['metadata']['name']}" for one in each)
    import yaml

    return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)).rstrip()


def _born(metadata: Json) -> float:
    return datetime.fromisoformat(metadata["creationTimestamp"]).timestamp()
