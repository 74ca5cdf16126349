"""A cluster flows in; one with our CustomResourceDefinitions, an X-Ray and the two versions flows out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.journeys.kubernetes.cluster import Cluster
from tests.journeys.kubernetes.operator.operating import XRay, identify, install, serve, xray


@pytest.fixture(scope="session")
def resources(cluster: Cluster) -> None:
    install(cluster)


@pytest.fixture
def traces(cluster: Cluster, resources: None) -> Iterator[XRay]:
    """One of the test's own: services of the same names report to it in every test."""
    with xray(cluster) as running:
        yield running


@pytest.fixture(scope="session")
def account(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """For the operator: it may do what deploy/base/rbac.yaml says."""
    return identify(cluster, tmp_path_factory.mktemp("account"))


@pytest.fixture(scope="session")
def versions(images: Callable[[str], str]) -> dict[str, str]:
    return {version: images(f"notification-{version}") for version in ("v1", "v2")}


@pytest.fixture
def application(cluster: Cluster, versions: dict[str, str], namespace: str, traces: XRay) -> str:
    """V1 and V2 behind one Service that answers; its address."""
    return serve(cluster, namespace, versions, traces.daemon)
