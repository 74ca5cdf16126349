"""What a request costs the laptop, program by program. In: --rps, --seconds, --output. Out: a table or JSON.
Costs are CPU time (Linux) of a demo in the middle of its release, so they hardly depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import msgspec

from serinus.local.names import CANARY, CONTROLLER, SMTP, STABLE, TRAEFIK, USER_MANAGEMENT, XRAY
from serinus.local.state import State

READY_S = 300.0
SETTLED_S = 15.0  # after the start: imports are over, pools are filled
SLOW_STEPS = "2,100"  # the first step stays undecided for minutes: all of the loop runs, nothing changes
LOAD = "load, console, supervisor"
SIGNS = {
    "-m user_management": USER_MANAGEMENT,
    "serinus.local.inbox": SMTP,
    "serinus.cli.xray": XRAY,
    "main controller": CONTROLLER,
    "/traefik ": TRAEFIK,
}


class Row(msgspec.Struct, frozen=True):
    """One program in so many processes: milliseconds of CPU for each request at the entry, and cores kept busy."""

    program: str
    processes: int
    millis: float
    cores: float


class Sight(msgspec.Struct, frozen=True):
    """At one moment (monotonic s): requests served at the entry so far, CPU seconds by process id."""

    at: float
    requests: float
    seconds: dict[int, float]


def words(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def program(pid: int, demo: int) -> str:
    """Which part of the demo a process is."""
    if pid == demo:
        return LOAD
    command = words(pid)
    if "-m notification" in command:
        return CANARY if b"=V2-" in Path(f"/proc/{pid}/environ").read_bytes() else STABLE
    return next((name for sign, name in SIGNS.items() if sign in command), command[:40])


def processes(demo: int) -> list[int]:
    """The demo and what it started."""
    children = Path(f"/proc/{demo}/task/{demo}/children").read_text()
    return [demo, *map(int, children.split())]


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def served(demo: int) -> float:
    """Requests that Traefik sent to User Management so far."""
    commands = " ".join(words(pid) for pid in processes(demo))
    found = re.search(r"--entrypoints\.traefik\.address=(\S+)", commands)
    if found is None:
        raise SystemExit("the demo runs no Traefik")
    metrics = httpx2.get(f"http://{found.group(1)}/metrics", timeout=60, trust_env=False).text
    counts = re.findall(
        rf'^traefik_service_requests_total{{.*service="{USER_MANAGEMENT}@.*}} (\S+)$', metrics, re.MULTILINE
    )
    return sum(map(float, counts))


def look(demo: int) -> Sight:
    return Sight(time.monotonic(), served(demo), {pid: cpu_seconds(pid) for pid in processes(demo)})


@contextmanager
def demonstration(options: list[str]) -> Iterator[int]:
    """A demo on free ports whose canary gets requests: its pid."""
    with tempfile.TemporaryDirectory() as directory:
        state = State(Path(directory, "state"))
        ports = [f"--{name}-port=0" for name in ("https", "http", "notification", "xray", "smtp")]
        command = [sys.executable, "-m", "serinus.cli.main", "demo", "--state", str(state.directory), *ports, *options]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as demo:
            try:
                wait_for_canary(state, demo)
                yield demo.pid
            finally:
                demo.send_signal(signal.SIGINT)


def wait_for_canary(state: State, demo: subprocess.Popen[bytes]) -> None:
    """Until the router says that the canary has its weight, and then some seconds."""
    until = time.monotonic() + READY_S
    while not any(status.weight for name in state.routes() if (status := state.route_status(name))):
        if demo.poll() is not None or time.monotonic() > until:
            raise SystemExit("the demo did not come to its first step")
        time.sleep(0.5)
    time.sleep(SETTLED_S)


def rows(demo: int, before: Sight, after: Sight) -> list[Row]:
    """Most expensive first, the sum last."""
    requests, took = after.requests - before.requests, after.at - before.at
    spent: dict[str, list[float]] = {}
    for pid, seconds in after.seconds.items():
        spent.setdefault(program(pid, demo), []).append(seconds - before.seconds.get(pid, 0.0))
    found = [Row(name, len(of), sum(of) / requests * 1e3, sum(of) / took) for name, of in spent.items()]
    found.sort(key=lambda row: -row.millis)
    figures = [(row.processes, row.millis, row.cores) for row in found]
    counts, millis, cores = zip(*figures, strict=True)
    return [*found, Row("all", sum(counts), sum(millis), sum(cores))]


def main() -> None:
    """Measure once and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rps", default="40")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--output", choices=["text", "json"], default="text")
    asked = parser.parse_args()
    with demonstration(["--rps", asked.rps, "--steps", SLOW_STEPS, "--max-time", "30m"]) as demo:
        before = look(demo)
        time.sleep(asked.seconds)
        after = look(demo)
        measured = rows(demo, before, after)
    if asked.output == "json":
        print(msgspec.json.encode(measured).decode())
        return
    print(f"{'program':34}{'processes':>10}{'ms a request':>14}{'cores':>8}")
    for row in measured:
        print(f"{row.program:34}{row.processes:10d}{row.millis:14.2f}{row.cores:8.3f}")


if __name__ == "__main__":
    main()
