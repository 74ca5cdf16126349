"""Settings as Python values flow in, the same as an environment flows out, for real processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def environment(settings: Mapping[str, Any]) -> dict[str, str]:
    return {name.upper(): _text(value) for name, value in settings.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
