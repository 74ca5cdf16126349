"""EDGE. The repository's manifests flow in, Kubernetes objects flow out, as they would be applied."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.manifests.tools import tool

REPOSITORY = Path(__file__).parents[2]
MICROSERVICES = REPOSITORY / "Microservices"
APPS = REPOSITORY / "deploy/apps"
OVERLAYS = ("local", "local-gateway", "eks", "eks-ses-api", "eks-fargate")
Object = dict[str, Any]


def parse(text: str) -> tuple[Object, ...]:
    return tuple(document for document in yaml.safe_load_all(text) if document is not None)


@cache
def of_file(name: str) -> tuple[Object, ...]:
    return parse((MICROSERVICES / name).read_text(encoding="utf-8"))


@cache
def microservices() -> tuple[Object, ...]:
    """What `kubectl apply -f Microservices/` applies."""
    return tuple(document for path in sorted(MICROSERVICES.glob("*.yml")) for document in of_file(path.name))


@cache
def built(directory: Path) -> str:
    """What `kubectl apply -k DIRECTORY` applies, as text. Skips without kubectl."""
    command = [str(tool("kubectl")), "kustomize", str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def composed(folder: Path, resource: Path, component: Path) -> tuple[Object, ...]:
    """What an overlay in `folder` would apply that takes `resource` and adds `component`. Skips without kubectl."""
    paths = [Path(os.path.relpath(path, folder.resolve())).as_posix() for path in (resource, component)]
    overlay = {"kind": "Kustomization", "resources": paths[:1], "components": paths[1:]}
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(overlay), encoding="utf-8")
    return parse(built(folder))


@cache
def overlay(name: str) -> tuple[Object, ...]:
    return parse(built(APPS / name))


def files() -> Iterator[Path]:
    """Every file of the manifests, prose and programs beside them included."""
    folders = (MICROSERVICES, APPS)
    found = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return (path for path in found if "__pycache__" not in path.parts)
