"""EDGE. A node's name and record flow in; everything of it that is on this machine flows out, looked at anew."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from tests.node import cgroups, layout
from tests.node.node import Node


def look(name: str, record: Node | None) -> list[str]:
    """Processes, mounts, cgroups, link, directory, one line each."""
    return [
        *(f"process {pid}" for pid in _processes(record)),
        *(f"mount {mount}" for mount in _mounts(name)),
        *(f"cgroup {path}" for path in cgroups.present(name)),
        *(f"link {link}" for link in _links(record)),
        *(f"directory {path}" for path in [layout.directory(name)] if path.exists()),
    ]


def _processes(record: Node | None) -> list[int]:
    """By network namespace, which the processes of pods share with their pod only: those are in the cgroups."""
    if record is None:
        return []
    return [pid for pid in _ids() if _namespace(pid) == record.namespace]


def _ids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _namespace(pid: int) -> int | None:
    with suppress(OSError):
        return Path(f"/proc/{pid}/ns/net").stat().st_ino
    return None


def _mounts(name: str) -> list[str]:
    below = str(layout.directory(name))
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]
    return [point for point in points if point == below or point.startswith(f"{below}/")]


def _links(record: Node | None) -> list[str]:
    if record is None or not Path("/sys/class/net", record.where.link).exists():
        return []
    return [record.where.link]
