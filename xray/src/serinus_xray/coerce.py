"""Coercions of JSON values.
A value of any type goes in; one of the wanted type comes out, or None where it cannot be saved.
"""

import math
from collections.abc import Callable
from typing import Any, Final

from serinus_xray.ids import is_segment_id, is_trace_id

MAX_TIME: Final = 1e10  # epoch seconds in the year 2286: above it are milliseconds sent by mistake
MAX_TEXT: Final = 250
MAX_WHOLE: Final = 2**53  # what every JSON reader holds exactly

Json = dict[str, Any]
Coerce = Callable[[Any], Any]


def record(fields: dict[str, Coerce]) -> Coerce:
    def coerce(value: Any) -> Json | None:
        if not isinstance(value, dict):
            return None
        cleaned = {key: fields[key](item) for key, item in value.items() if key in fields}
        return {key: item for key, item in cleaned.items() if item is not None}

    return coerce


def sequence(each: Coerce) -> Coerce:
    def coerce(value: Any) -> list[Any] | None:
        if not isinstance(value, list):
            return None
        return [item for item in map(each, value) if item is not None]

    return coerce


def text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if number(value) is not None else None


def short(value: Any) -> str | None:
    kept = text(value)
    return None if kept is None else kept[:MAX_TEXT]


def segment_id(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) and is_segment_id(value) else None


def trace_id(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) and is_trace_id(value) else None


def number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def seconds(value: Any) -> float | None:
    found = number(value)
    return found if found is not None and 0 <= found < MAX_TIME else None


def whole(value: Any) -> int | None:
    found = number(value)
    return None if found is None or abs(found) > MAX_WHOLE else int(found)


def flag(value: Any) -> bool | None:
    if isinstance(value, str):
        return value.lower() == "true"
    return value is True or value == 1
