"""EDGE. Dockerfiles and names of packages flow in; images flow out as archives, and from there into a node.

An archive is named by a digest of everything that goes into it. What changed is built anew from the first changed
step on; inside a build pip sees only a wheelhouse, filled once and checked against the locked hashes.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from tests.node import debian, layout, node, parts, processes
from tests.node.build import build
from tests.node.buildah import Buildah
from tests.node.node import Node
from tests.node.requirements import for_python

FOR_PRODUCT = "requirements/run.txt"
PYTHON = "3.13"  # the base image's
SHARED = ("xray", "services/chassis")
GLIBC = ("manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, 42)))
PIP = "[global]\nno-index = true\nfind-links = /wheels\n"


class Image(msgspec.Struct, frozen=True):
    """`name` is what manifests say; `sources` are the paths below the repository that the Dockerfile copies,
    `requirements` among them: what pip may install.
    """

    name: str
    dockerfile: str
    sources: tuple[str, ...]
    requirements: str
    arguments: Mapping[str, str] = {}


class Packaged(msgspec.Struct, frozen=True):
    """What stands in for somebody else's image: Debian's packages of `suite`."""

    name: str
    suite: str
    packages: tuple[str, ...]
    command: str


def of_service(folder: str) -> tuple[str, tuple[str, ...], str]:
    return f"{folder}/Dockerfile", (*SHARED, folder), f"{folder}/requirements.txt"


NOTIFICATION = of_service("services/notification")
PRODUCT = ("Dockerfile", (FOR_PRODUCT, "pyproject.toml", "README.md", "LICENSE", "src", "xray"), FOR_PRODUCT)
IMAGES: dict[str, Image | Packaged] = {
    "notification-v1": Image("omnitech/kube-notification-service:5.0.0-XRay", *NOTIFICATION, {"APP_VERSION": "V1"}),
    "notification-v2": Image("omnitech/kube-notification-service:6.0.0-XRay", *NOTIFICATION, {"APP_VERSION": "V2"}),
    "user-management": Image(
        "omnitech/kube-usermanagement-service:4.0.0-XRay-MySQL", *of_service("services/user-management")
    ),
    "serinus": Image("serinus/serinus:0.1.0", *PRODUCT),
    "mariadb": Packaged("mariadb:10.11", "bookworm", ("mariadb-server-core", "mariadb-client-core"), "mariadbd"),
}


def ensure(image: Image | Packaged, say: Callable[[str], None]) -> Path:
    """The archive. Raises CommandFailed."""
    part = _packaged(image) if isinstance(image, Packaged) else _from_dockerfile(image, say)
    return parts.ensure(part, layout.cache() / "images", say) / "image.tar"


def _packaged(image: Packaged) -> parts.Part:
    def fill(home: Path) -> None:
        debian.build(image.name, image.suite, image.packages, image.command, home)
        (home / "root.tar").unlink()
        Buildah(layout.cache()).save(image.name, home / "image.tar")

    inputs = (image.name, image.suite, *image.packages, image.command, *debian.UNREAD)
    return parts.Part(_label(image.name), tuple(map(str.encode, inputs)), fill)


def _from_dockerfile(image: Image, say: Callable[[str], None]) -> parts.Part:
    built = build(say)
    wheels = parts.ensure(wheelhouse(image.requirements), layout.cache(), say)
    named = (image.name, *image.arguments.values(), built.base.name, wheels.name)
    sources = parts.contents(layout.REPOSITORY, [image.dockerfile, _ignored(image), *image.sources])
    inputs = (*map(str.encode, named), *sources)
    return parts.Part(_label(image.name), inputs, lambda home: _build(image, wheels, home))


def _label(name: str) -> str:
    return name.replace("/", "-").replace(":", "-")


def _ignored(image: Image) -> str:
    return f"{image.dockerfile}.dockerignore"


def wheelhouse(requirements: str) -> parts.Part:
    name = f"wheels-{Path(requirements).parent.name}"
    return parts.Part(
        name, parts.contents(layout.REPOSITORY, [requirements]), lambda home: _download(requirements, home)
    )


def _download(requirements: str, home: Path) -> None:
    """For the base image's Python, not for the one that runs this."""
    platforms = [f"--platform={glibc}_{platform.machine()}" for glibc in GLIBC]
    wanted = home / "requirements.txt"
    locked = (layout.REPOSITORY / requirements).read_text(encoding="utf-8")
    wanted.write_text(for_python(locked, PYTHON), encoding="utf-8")
    target = (f"--python-version={PYTHON}", "--implementation=cp", *platforms)
    pinned = ("--only-binary=:all:", "--require-hashes", "--requirement", wanted)
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
