"""Every object is one that Kubernetes 1.34 to 1.37 knows, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterable

import kubernetes_validate  # type: ignore[import-untyped]
import pytest

from tests.manifests.documents import OVERLAYS, Object, microservices, overlay

VERSIONS = ("1.34", "1.35", "1.36", "1.37")
# kinds that a cluster learns from an installed controller
EXTENSIONS = ("gateway.networking.k8s.io/", "external-secrets.io/")


def known(documents: Iterable[Object]) -> dict[str, Object]:
    """Each different object once."""
    built_in = (d for d in documents if not d["apiVersion"].startswith(EXTENSIONS))
    return {json.dumps(d, sort_keys=True): d for d in built_in}


def complaints(documents: Iterable[Object], version: str) -> list[str]:
    found = []
    for document in documents:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as wrong:
            found.append(f"{document['kind']} {document['metadata']['name']}: {wrong.message}")
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_microservices_are_valid(version: str) -> None:
    assert complaints(known(microservices()).values(), version) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_overlays_change_is_valid(version: str) -> None:
    plain = known(microservices())
    changed = known(document for name in OVERLAYS for document in overlay(name))

    assert complaints([d for text, d in changed.items() if text not in plain], version) == []


def test_an_unknown_field_is_told() -> None:
    service: Object = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"selektor": {}}}

    assert "selektor" in complaints([service], VERSIONS[-1])[0]
