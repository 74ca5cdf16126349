"""Segment documents for tests. In: a few numbers. Out: JSON as a service sends it."""

from __future__ import annotations

import json
import time
from typing import Any

AGO = 60.0


def now() -> float:
    """The real time: a real X-Ray takes nothing else."""
    return time.time()


def trace_id(number: int, at: float) -> str:
    """The `number`-th trace of the second `at`."""
    return f"1-{int(at):08x}-{number:024x}"


def document(trace: str, number: int, at: float, *, name: str = "api", seconds: float = 0.1, **more: Any) -> str:
    """A completed segment, 16-digit id from `number`."""
    fields = {"trace_id": trace, "id": f"{number:016x}", "name": name, "start_time": at, "end_time": at + seconds}
    return json.dumps({key: value for key, value in (fields | more).items() if value is not None})


def http(method: str = "GET", url: str = "https://example.org/api", status: int = 200) -> dict[str, Any]:
    """The `http` block."""
    return {"request": {"method": method, "url": url}, "response": {"status": status}}
