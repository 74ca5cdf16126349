"""What this machine lacks and what the environment offers flow in; which cluster to test on flows out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec


class OwnNode(msgspec.Struct, frozen=True):
    """One that the journeys start and end."""


class GivenCluster(msgspec.Struct, frozen=True):
    """One that somebody else runs: kind, EKS. It pulls the images by itself."""

    kubectl: Path
    kubeconfig: Path


class NoCluster(msgspec.Struct, frozen=True):
    """`fatal`: where everything must be tested, being skipped is a failure."""

    reason: str
    fatal: bool


def choose(
    missing: Sequence[str], environment: Mapping[str, str], kubectl: str | None
) -> OwnNode | GivenCluster | NoCluster:
    """`missing` as able.missing says; `kubectl` is the machine's own, if it has one."""
    if not missing:
        return OwnNode()
    kubeconfig = environment.get("KUBECONFIG")
    if kubeconfig and kubectl:
        return GivenCluster(Path(kubectl), Path(kubeconfig))
    instead = "kubectl is not installed" if kubeconfig else "KUBECONFIG names no other cluster"
    return NoCluster(f"no node can run here ({'; '.join(missing)}) and {instead}", environment.get("CI") == "true")
