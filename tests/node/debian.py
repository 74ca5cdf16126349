"""EDGE. A Debian release and packages flow in; an image whose root holds them flows out, into our store."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Sequence
from pathlib import Path

from tests.node import layout, processes
from tests.node.buildah import Buildah

UNREAD = ("usr/share/doc", "usr/share/info", "usr/share/locale", "usr/share/man", "var/cache/apt", "var/lib/apt/lists")


def build(name: str, suite: str, packages: Sequence[str], command: str, home: Path) -> None:
    """`packages` of Debian's `suite` and what they need; `home` is scratch space. Raises CommandFailed."""
    root = home / "root"
    processes.output(["debootstrap", "--variant=minbase", f"--include={','.join(packages)}", suite, root])
    for unread in UNREAD:
        shutil.rmtree(root / unread, ignore_errors=True)
    with tarfile.open(home / "root.tar", "w") as archive:
        archive.add(root, arcname=".")
    shutil.rmtree(root)
    (home / "Dockerfile").write_text(f'FROM scratch\nADD root.tar /\nCMD ["{command}"]\n', encoding="utf-8")
    Buildah(layout.cache()).build(name, home / "Dockerfile", home)
