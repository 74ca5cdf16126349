"""Attributes of spans under their old and new names.
A span's or resource's attributes go in; typed values come out, or None where there are none that fit.
Source: OpenTelemetry semantic conventions up to 1.20 (`http.method`) and since 1.23 (`http.request.method`).
"""

from collections.abc import Mapping
from typing import Any

Attributes = Mapping[str, Any]


def text(attributes: Attributes, *keys: str) -> str | None:
    """The first of the keys that is there and not empty."""
    for key in keys:
        value = attributes.get(key)
        if value is not None and value != "" and not isinstance(value, list | tuple | dict):
            return str(value)
    return None


def whole(attributes: Attributes, *keys: str) -> int | None:
    for key in keys:
        value = attributes.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.isascii() and value.isdecimal():
            return int(value)
    return None


def texts(attributes: Attributes, *keys: str) -> list[str]:
    """A list of strings, also where only one was given."""
    for key in keys:
        value = attributes.get(key)
        if isinstance(value, str) and value:
            return [value]
        if isinstance(value, list | tuple) and value:
            return [str(item) for item in value]
    return []


def present(**fields: Any) -> dict[str, Any]:
    """Only what is there: X-Ray's documents carry no nulls and no empty objects."""
    return {key: value for key, value in fields.items() if value not in (None, "", [], {})}
