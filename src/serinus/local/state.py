"""EDGE The state directory: the laptop's API server. In: values. Out: values, as last written by whichever process.
Each file has one writer and is replaced whole (temp file, rename), so kill -9 at any point leaves a readable state.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TypeVar, cast

import msgspec

from serinus.errors import InvalidInput, RecordError
from serinus.local.objects import DeploymentScale, DeploymentStatus, ProcessTemplate, RouteSpec, RouteStatus
from serinus.release.run import Run
from serinus.release.spec import CanaryRelease
from serinus.release.status import Status
from serinus.release.world import Command

T = TypeVar("T")
NAME = re.compile(r"[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?")
Signature = tuple[int, int, int]


def checked_name(name: str) -> str:
    """The name, fit to be a file's. InvalidInput otherwise."""
    if not NAME.fullmatch(name):
        raise InvalidInput("name", "must be 1 to 253 of a-z, 0-9 and inner hyphens and dots", name)
    return name


def write_file(path: Path, data: bytes) -> None:
    """Replace the file whole, readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with open(fresh, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(data)
    fresh.replace(path)


class State:
    """Desired states, statuses and records below one directory. Readers: None where nothing was written yet,
    RecordError (file and reason) where the file cannot be understood.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._seen: dict[Path, tuple[Signature, object]] = {}
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    # Deployments: template and scale are wishes, the status is the supervisor's.

    def deployments(self) -> tuple[str, ...]:
        """Names of all Deployments, sorted."""
        return tuple(sorted(path.parent.name for path in self.directory.glob("deployments/*/template.json")))

    def template(self, name: str) -> ProcessTemplate | None:
        return self._read(self._file("deployments", name, "template"), ProcessTemplate)

    def write_template(self, template: ProcessTemplate) -> None:
        self._write(self._file("deployments", template.name, "template"), template)

    def scale(self, name: str) -> int:
        """Replicas wanted, 0 unless somebody asked for some."""
        scale = self._read(self._file("deployments", name, "scale"), DeploymentScale)
        return scale.replicas if scale else 0

    def write_scale(self, name: str, replicas: int) -> None:
        self._write(self._file("deployments", name, "scale"), DeploymentScale(replicas))

    def deployment_status(self, name: str) -> DeploymentStatus | None:
        return self._read(self._file("deployments", name, "status"), DeploymentStatus)

    def write_deployment_status(self, name: str, status: DeploymentStatus) -> None:
        self._write(self._file("deployments", name, "status"), status)

    # Routes: the spec is a wish, the status is what the router reports.

    def routes(self) -> tuple[str, ...]:
        """Names of all routes, sorted."""
        return tuple(sorted(path.parent.name for path in self.directory.glob("routes/*/spec.json")))

    def route(self, name: str) -> RouteSpec | None:
        return self._read(self._file("routes", name, "spec"), RouteSpec)

    def write_route(self, name: str, spec: RouteSpec) -> None:
        self._write(self._file("routes", name, "spec"), spec)

    def route_status(self, name: str) -> RouteStatus | None:
        return self._read(self._file("routes", name, "status"), RouteStatus)

    def write_route_status(self, name: str, status: RouteStatus) -> None:
        self._write(self._file("routes", name, "status"), status)

    def forget_statuses(self) -> None:
        """What a supervisor that is gone has reported holds no longer; wishes and records stay."""
        for pattern in ("deployments/*/status.json", "routes/*/status.json"):
            for path in self.directory.glob(pattern):
                path.unlink(missing_ok=True)

    # Releases: resource and command are a person's, status and runs are the controller's.

    def releases(self) -> tuple[str, ...]:
        """Names of all releases, sorted."""
        return tuple(sorted(path.parent.name for path in self.directory.glob("releases/*/release.json")))

    def release(self, name: str) -> CanaryRelease | None:
        return self._read(self._file("releases", name, "release"), CanaryRelease)

    def write_release(self, release: CanaryRelease) -> None:
        self._write(self._file("releases", release.metadata.name, "release"), release)

    def status(self, name: str) -> Status | None:
        return self._read(self._file("releases", name, "status"), Status)

    def write_status(self, name: str, status: Status) -> None:
        self._write(self._file("releases", name, "status"), status)

    def command(self, name: str) -> Command | None:
        return self._read(self._file("releases", name, "command"), Command)

    def write_command(self, name: str, command: Command) -> None:
        self._write(self._file("releases", name, "command"), command)

    def run(self, name: str, number: int) -> Run | None:
        return self._read(self._run_file(name, number), Run)

    def write_run(self, name: str, run: Run) -> None:
        self._write(self._run_file(name, run.number), run)

    def _file(self, kind: str, name: str, part: str) -> Path:
        return self.directory / kind / checked_name(name) / f"{part}.json"

    def _run_file(self, name: str, number: int) -> Path:
        return self.directory / "runs" / f"{checked_name(name)}-{number}.json"

    def _write(self, path: Path, value: msgspec.Struct) -> None:
        write_file(path, msgspec.json.encode(value))

    def _read(self, path: Path, kind: type[T]) -> T | None:
        """Decoded once per version of the file: a rename gives the next version another inode or time."""
        try:
            stat = path.stat()
            signature = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
            seen = self._seen.get(path)
            if seen and seen[0] == signature:
                return cast("T", seen[1])
            value = msgspec.json.decode(path.read_bytes(), type=kind)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            raise RecordError(f"{path}: not a readable {kind.__name__}: {error}") from error
        self._seen[path] = (signature, value)
        return value
