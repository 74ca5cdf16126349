"""Durations as people write them. In: 30s, 10m, 1h30m, 250ms. Out: seconds, or InvalidInput."""

from __future__ import annotations

import re

from serinus.errors import InvalidInput

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def seconds(text: str, field: str) -> float:
    """Seconds of a duration such as 1h30m; `field` names where it stood in case it cannot be read."""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise InvalidInput(field, "must be a duration such as 30s, 10m or 1h30m", text)
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
