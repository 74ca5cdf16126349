"""EDGE. The repository's Dockerfiles flow in; images flow out as archives, and from there into a node.

An archive is named by a digest of everything that goes into it. What changed is built anew from the first changed
step on; inside a build pip sees only a wheelhouse, filled once and checked against the locked hashes.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from tests.node import layout, node, parts, processes
from tests.node.build import build
from tests.node.buildah import Buildah
from tests.node.node import Node

REQUIREMENTS = "services/requirements.txt"
SHARED = (REQUIREMENTS, "xray", "services/chassis")
GLIBC = ("manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, 42)))
PIP = "[global]\nno-index = true\nfind-links = /wheels\n"


class Image(msgspec.Struct, frozen=True):
    """`name` is what manifests say; `sources` are the paths below the repository that the Dockerfile copies."""

    name: str
    dockerfile: str
    sources: tuple[str, ...]
    arguments: Mapping[str, str] = {}


NOTIFICATION = ("services/notification/Dockerfile", (*SHARED, "services/notification"))
USER_MANAGEMENT = ("services/user-management/Dockerfile", (*SHARED, "services/user-management"))
SERVICES = {
    "notification-v1": Image("omnitech/kube-notification-service:5.0.0-XRay", *NOTIFICATION, {"APP_VERSION": "V1"}),
    "notification-v2": Image("omnitech/kube-notification-service:6.0.0-XRay", *NOTIFICATION, {"APP_VERSION": "V2"}),
    "user-management": Image("omnitech/kube-usermanagement-service:4.0.0-XRay-MySQL", *USER_MANAGEMENT),
}


def ensure(image: Image, say: Callable[[str], None]) -> Path:
    """The archive. Raises CommandFailed."""
    built = build(say)
    wheels = parts.ensure(wheelhouse(), layout.cache(), say)
    named = (image.name, *image.arguments.values(), built.base.name, wheels.name)
    sources = parts.contents(layout.REPOSITORY, [image.dockerfile, f"{image.dockerfile}.dockerignore", *image.sources])
    label = image.name.replace("/", "-").replace(":", "-")
    part = parts.Part(label, (*map(str.encode, named), *sources), lambda home: _build(image, wheels, home))
    return parts.ensure(part, layout.cache() / "images", say) / "image.tar"


def wheelhouse() -> parts.Part:
    return parts.Part("wheels", parts.contents(layout.REPOSITORY, [REQUIREMENTS]), _download)


def _download(home: Path) -> None:
    """For the base image's Python, not for the one that runs this."""
    platforms = [f"--platform={glibc}_{platform.machine()}" for glibc in GLIBC]
    target = ("--python-version=3.13", "--implementation=cp", *platforms)
    pinned = ("--only-binary=:all:", "--require-hashes", "--requirement", layout.REPOSITORY / REQUIREMENTS)
    processes.output([sys.executable, "-m", "pip", "download", "--quiet", *target, *pinned, "--dest", home])
    (home / "pip.conf").write_text(PIP, encoding="utf-8")


def _build(image: Image, wheels: Path, home: Path) -> None:
    store, repository = Buildah(layout.cache()), layout.REPOSITORY
    mounts = (f"{wheels}:/wheels:ro", f"{wheels}/pip.conf:/etc/pip.conf:ro")
    store.build(image.name, repository / image.dockerfile, repository, image.arguments, mounts)
    store.save(image.name, home / "image.tar")
    store.prune()


def load(into: Node, archive: Path) -> None:
    """Into the node's containerd; layers that are there are not copied again. Raises NodeError."""
    seen = Path("/run/cache") / archive.relative_to(layout.cache())
    node.run(into, ["ctr", "-n", "k8s.io", "images", "import", str(seen)])
