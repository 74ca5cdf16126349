"""EDGE. Pinned sources flow in, a node's programs and first images flow out, each built once and then kept.

Go's modules give Kubernetes, etcd and CoreDNS; Debian's packages give the root of the images and the pause program.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.node import debian, layout, parts, processes
from tests.node.buildah import Buildah

GO = Path(__file__).parent / "go"
KUBERNETES = ("kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubectl", "kubelet")
MODULES = ("go.mod", "go.sum")
STATIC = {"CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false -mod=readonly -trimpath"}
SUITE = "trixie"
DEBIAN = ("ca-certificates", "python-is-python3", "python3", "python3-venv")
PAUSE = "serinus/pause:1"
PYTHON = "python:3.13-slim"  # what Dockerfiles name; found in our store before any registry is thought of


class Built(msgspec.Struct, frozen=True):
    """`programs` holds bin/, `dns` holds coredns, `gateway` the Gateway API's CRDs, `pause`, `base` images."""

    programs: Path
    gateway: Path
    dns: Path
    pause: Path
    base: Path

    @property
    def kubectl(self) -> Path:
        return self.programs / "bin/kubectl"


def build(say: Callable[[str], None]) -> Built:
    """Seconds if everything is there, about ten minutes on two cores if nothing is. Raises CommandFailed."""
    cache = layout.cache()
    flags = " ".join(_flags(version())).encode()
    modules = parts.contents(GO, [*MODULES, "gateway.go"])
    return Built(
        programs=parts.ensure(parts.Part("programs", (flags, *modules), _programs), cache, say),
        gateway=parts.ensure(parts.Part("gateway", modules, _gateway), cache, say),
        dns=parts.ensure(parts.Part("dns", parts.contents(GO, ["dns"]), _dns), cache, say),
        pause=parts.ensure(parts.Part("pause", (b"1",), _pause), cache, say),
        base=parts.ensure(
            parts.Part("base", tuple(map(str.encode, (SUITE, *DEBIAN, *debian.UNREAD))), _base), cache, say
        ),
    )


def version() -> str:
    """Kubernetes' version as go.mod pins it."""
    found = re.search(r"k8s\.io/kubernetes (v\S+)", (GO / "go.mod").read_text(encoding="utf-8"))
    assert found, "go.mod requires k8s.io/kubernetes"
    return found[1]


def _flags(kubernetes: str) -> tuple[str, ...]:
    major, minor, _patch = kubernetes.removeprefix("v").split(".")
    facts = {"gitVersion": kubernetes, "gitMajor": major, "gitMinor": minor}
    stamps = [f"-X k8s.io/component-base/version.{name}={value}" for name, value in facts.items()]
    return ("-ldflags", " ".join(["-s -w", *stamps]))


def _programs(home: Path) -> None:
    bin_ = home / "bin"
    bin_.mkdir()
    flags = _flags(version())
    commands = [f"k8s.io/kubernetes/cmd/{name}" for name in KUBERNETES]
    processes.output(["go", "build", *flags, "-o", f"{bin_}/", *commands], GO, STATIC)
    processes.output(["go", "build", *flags, "-o", bin_ / "etcd", "go.etcd.io/etcd/server/v3"], GO, STATIC)


def _gateway(home: Path) -> None:
    """Of a module that no program needs, so that only this downloads it."""
    said = processes.output(["go", "mod", "download", "-json", "sigs.k8s.io/gateway-api"], GO, STATIC)
    found = list(Path(msgspec.json.decode(said)["Dir"], "config/crd/standard").glob("*.yaml"))
    assert found, "the module holds the standard channel's CRDs"
    for crd in found:
        shutil.copy(crd, home / crd.name)


def _dns(home: Path) -> None:
    processes.output(["go", "build", "-ldflags", "-s -w", "-o", home / "coredns", "."], GO / "dns", STATIC)


def _pause(home: Path) -> None:
    catatonit = shutil.which("catatonit", path=processes.search_path())
    assert catatonit, "able.py has looked for it"
    shutil.copy(catatonit, home / "pause")
    (home / "Dockerfile").write_text('FROM scratch\nCOPY pause /pause\nENTRYPOINT ["/pause", "-P"]\n', encoding="utf-8")
    store = Buildah(layout.cache())
    store.build(PAUSE, home / "Dockerfile", home)
    store.save(PAUSE, home / "image.tar")


def _base(home: Path) -> None:
    debian.build(PYTHON, SUITE, DEBIAN, "python3", home)
