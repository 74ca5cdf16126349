"""Small real replicas for the supervisor, and a condition waited for with a deadline."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

from serinus.local.objects import Probe, ProcessTemplate

PROGRAM = Path(__file__).with_name("replica.py")


def small(name: str, probe: Probe | None = None, **env: str) -> ProcessTemplate:
    """A Deployment of tests/local/replica.py."""
    command = (sys.executable, "-I", "-S", str(PROGRAM))
    template = ProcessTemplate(name, command, {"NAME": name, **env}, version=name, service=name, grace_s=2.0)
    return template if probe is None else ProcessTemplate(name, command, template.env, probe)


async def until(condition: Callable[[], bool], deadline_s: float = 20.0) -> None:
    """Return when it holds; fail when it does not in time."""
    limit = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < limit, "the condition did not come true in time"
        await asyncio.sleep(0.01)
