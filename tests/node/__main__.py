"""EDGE. Arguments flow in, an exit code flows out: `python -m tests.node up|down|status|run|hold|build|gateway|image`.

0 done, 1 the message on standard error says what failed and why.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys

import msgspec

from tests.node import leftovers, node
from tests.node.build import build
from tests.node.down import down, sweep
from tests.node.errors import NodeError
from tests.node.gateway import install
from tests.node.image import IMAGES, ensure, load
from tests.node.node import Node
from tests.node.up import up


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return COMMANDS[options.command](options)
    except (NodeError, ValueError) as failed:
        say(f"error: {failed}")
        return 1


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def tell(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.node", description="A real one-node Kubernetes.")
    parser.add_argument("--name", default="serinus", help="several nodes stand side by side, by name")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start the node and leave it running; builds what it needs first")
    ending = commands.add_parser("down", help="end it; nothing is left behind")
    ending.add_argument("--abandoned", action="store_true", help="clear what dead starters left, and no running node")
    commands.add_parser("status", help="what runs, and what was left behind")
    running = commands.add_parser("run", help="run a command inside the node, with kubectl and KUBECONFIG set")
    running.add_argument("inside", nargs=argparse.REMAINDER, metavar="COMMAND …")
    commands.add_parser("hold", help="start it, say so as JSON, end it when standard input closes")
    commands.add_parser("build", help="build programs and base images only")
    commands.add_parser("gateway", help="install Traefik as GatewayClass traefik")
    images = commands.add_parser("image", help="build images from the repository; into the node if it runs")
    images.add_argument("images", nargs="*", metavar="IMAGE", help=f"of {', '.join(IMAGES)}; default: all")
    return parser


def _up(options: argparse.Namespace) -> int:
    started = up(options.name, attached=False, say=say)
    say(f"node {started.name}: ready; services and pods are reachable from here")
    tell(f"export KUBECONFIG={started.kubeconfig} PATH={started.kubectl.parent}:$PATH")
    return 0


def _down(options: argparse.Namespace) -> int:
    if options.abandoned:
        sweep()
    else:
        down(options.name)
    return 0


def _status(options: argparse.Namespace) -> int:
    for name in node.names():
        record = node.read(name)
        state = "running" if record is not None and node.running(record) else "left behind"
        things = leftovers.look(name, record)
        tell(f"{name}: {state}, {record.where.node if record else 'no address'}, {len(things)} things")
    return 0


def _run(options: argparse.Namespace) -> int:
    record = _running(options.name)
    words = options.inside[1:] if options.inside[:1] == ["--"] else options.inside
    if not words:
        raise ValueError("command: must be given, as in `run kubectl get pods -A`")
    command = node.entering(record, words)
    os.execvpe(command[0], command, {**os.environ, **node.environment(record)})


def _running(name: str) -> Node:
    record = node.read(name)
    if record is None:
        raise NodeError(f"node {name}: is not there; `up` starts it")
    return record


def _hold(options: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    started = up(options.name, attached=True, say=say)
    try:
        sys.stdout.buffer.write(msgspec.json.encode(started) + b"\n")
        sys.stdout.buffer.flush()
        sys.stdin.buffer.read()
    finally:
        down(started.name)
    return 0


def _build(options: argparse.Namespace) -> int:
    tell(build(say).programs)
    return 0


def _image(options: argparse.Namespace) -> int:
    record = node.read(options.name)
    for name in options.images or IMAGES:
        if name not in IMAGES:
            raise ValueError(f"image: must be one of {', '.join(IMAGES)}, not {name!r}")
        archive = ensure(IMAGES[name], say)
        tell(archive)
        if record is not None and node.running(record):
            load(record, archive)
    return 0


def _gateway(options: argparse.Namespace) -> int:
    install(_running(options.name), say)
    return 0


COMMANDS = {
    "up": _up,
    "down": _down,
    "status": _status,
    "run": _run,
    "hold": _hold,
    "build": _build,
    "gateway": _gateway,
    "image": _image,
}

if __name__ == "__main__":
    sys.exit(main())
