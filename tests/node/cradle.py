"""EDGE. A plan flows in on standard input; a node's daemons run, as children of this process, until it dies.

It is process 1 of the node's process namespace: when it dies the kernel kills every process of the node, and with
them go the node's mounts and network. Started by up.py as `unshare … python -m tests.node.cradle DIRECTORY CACHE`.
"""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import msgspec

from tests.node.daemons import PKI, Daemon, Plan

POLL_S = 0.05
RESTART_AFTER_S = 0.5


def main(directory: Path, cache: Path) -> None:
    sys.stdout.write(f"{Path('/proc/self').readlink()}\n")  # /proc is still the machine's: our id as others see it
    sys.stdout.flush()
    plan = msgspec.json.decode(sys.stdin.buffer.readline(), type=Plan)
    _furnish(directory, cache)
    if plan.attached:
        threading.Thread(target=_die_with_starter, daemon=True).start()
    running: dict[int, Daemon] = {}
    for wave in plan.waves:
        running |= {_start(daemon): daemon for daemon in wave}
        _wait_until_ready(wave, running)
    while True:
        _reap(running)
        time.sleep(POLL_S)


def _die_with_starter() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _furnish(directory: Path, cache: Path) -> None:
    """The usual directories become the node's own, in this mount namespace only."""
    run = directory / "run"
    for place in (run, directory / "lib", directory / "log"):
        place.mkdir(exist_ok=True)
    _mount("--types", "tmpfs", "tmpfs", run)
    for name in ("node", "cache", "lock"):
        (run / name).mkdir()
    _mount("--bind", directory, run / "node")
    _mount("--bind", cache, run / "cache")
    _mount("--bind", directory / "lib", "/var/lib")
    _mount("--bind", directory / "log", "/var/log")
    _mount("--rbind", run, "/run")
    _mount("--types", "proc", "proc", "/proc")
    _mount("--make-rshared", "/")


def _mount(*arguments: str | Path) -> None:
    subprocess.run(["mount", *map(str, arguments)], check=True)


def _start(daemon: Daemon) -> int:
    with Path("/var/log", f"{daemon.name}.log").open("ab") as log:
        child = subprocess.Popen(
            daemon.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    Path(f"/run/{daemon.name}.pid").write_text(str(child.pid), encoding="ascii")
    child.returncode = 0  # reaped below, with the orphans
    return child.pid


def _reap(running: dict[int, Daemon]) -> None:
    """Bury the dead; a daemon among them starts again, as under any init system."""
    while (dead := os.waitpid(-1, os.WNOHANG)[0]) != 0:
        daemon = running.pop(dead, None)
        if daemon is not None:
            sys.stderr.write(f"{daemon.name} ended, starts again\n")
            time.sleep(RESTART_AFTER_S)
            running[_start(daemon)] = daemon


def _wait_until_ready(wave: tuple[Daemon, ...], running: dict[int, Daemon]) -> None:
    for daemon in wave:
        while daemon.ready is not None and not _answers(daemon.ready):
            _reap(running)
            time.sleep(POLL_S)


def _answers(where: str) -> bool:
    try:
        if where.startswith("https://"):
            trust = ssl.create_default_context(cafile=str(PKI / "ca.crt"))
            with urllib.request.urlopen(where, timeout=5, context=trust) as response:
                return bool(response.status == 200)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(where)
            return True
    except OSError:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
