"""No manifest holds a secret's value; the scanner that says so finds one where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.manifests import secrecy
from tests.manifests.documents import OVERLAYS, REPOSITORY, Object, files, microservices, overlay

FILES = sorted(files())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_file_holds_what_looks_like_a_secret(path: Path) -> None:
    assert secrecy.in_text(path.read_text(encoding="utf-8")) == []


def test_no_object_carries_a_secret() -> None:
    assert secrecy.in_objects(microservices()) == []


@pytest.mark.parametrize("name", OVERLAYS)
def test_no_overlay_adds_one(name: str) -> None:
    assert secrecy.in_objects(overlay(name)) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("AKIA" + "ABCDEFGHIJKLMNOP", "an AWS access key"),
        ("-----BEGIN PRIVATE" + " KEY-----", "a private key"),
        ("mysql://root:hunter2" + "@db/x", "a password in an address"),
        ("value: B" + "a1B2" * 10 + "xyz", "an SES SMTP password"),
    ],
)
def test_the_scanner_knows_a_secret_by_its_form(text: str, what: str) -> None:
    assert secrecy.in_text(text) == [what]


def test_the_scanner_knows_a_secret_by_its_place() -> None:
    container = {
        "name": "c",
        "env": [{"name": "DB_PASSWORD", "value": "x"}, {"name": "DB_PASSWORD_FILE", "value": "/x"}],
    }
    template = {"metadata": {"labels": {}}, "spec": {"containers": [container]}}
    deployment: Object = {"kind": "Deployment", "metadata": {"name": "d"}, "spec": {"template": template}}
    secret: Object = {"kind": "Secret", "metadata": {"name": "s"}, "data": {"k": "eA=="}}

    assert secrecy.in_objects([deployment, secret]) == [
        "Secret s carries values",
        "d: DB_PASSWORD has its value in the manifest",
    ]
