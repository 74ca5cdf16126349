"""EDGE. A Dockerfile and its context flow in, an image flows out: into buildah's own store, then into an archive.

No daemon, no registry: a step that ran before comes from the store, and base images are those that build.py made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.node import processes
from tests.node.errors import CommandFailed


class Buildah:
    def __init__(self, cache: Path) -> None:
        self._options = ("--root", cache / "buildah", "--runroot", cache / "buildah-run", "--storage-driver", "overlay")

    def build(
        self,
        name: str,
        dockerfile: Path,
        context: Path,
        arguments: Mapping[str, str] | None = None,
        mounts: Sequence[str] = (),
    ) -> None:
        """Raises CommandFailed with the failed step's last lines."""
        given = [f"--build-arg={key}={value}" for key, value in (arguments or {}).items()]
        mounted = [f"--volume={mount}" for mount in mounts]
        ignore = dockerfile.with_name(f"{dockerfile.name}.dockerignore")
        ignored = [f"--ignorefile={ignore}"] if ignore.exists() else []
        cached = ("--isolation", "chroot", "--layers", "--pull-never", "--quiet")
        self._run("build", *cached, *given, *mounted, "--tag", name, "--file", dockerfile, *ignored, context)

    def save(self, name: str, archive: Path) -> None:
        """`archive` is a file in the format of `docker save`, which containerd imports."""
        self._run("push", "--quiet", name, f"docker-archive:{archive}:{name}")

    def prune(self, keep: int = 100) -> None:
        """Once there are more than `keep` layers, remove those that no named image needs. They are the cache."""
        if len(self._run("images", "--all", "--quiet").split()) > keep:
            with suppress(CommandFailed):  # another build, or one that was killed, holds some: the others are gone
                self._run("rmi", "--prune")

    def _run(self, verb: str, *arguments: str | Path) -> str:
        return processes.output(["buildah", *self._options, verb, *arguments])
