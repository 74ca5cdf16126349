"""What a person has to fill in is found by machine, and the README's table says no more and no less."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from serinus.cli.lint import Finding, findings, unfilled
from tests.manifests.documents import APPS, MICROSERVICES, Object, built, microservices, parse

ON_AWS = ("eks", "eks-ses-api", "eks-fargate")


def names(documents: Iterable[Object]) -> set[tuple[str, str]]:
    """What is to be filled in, and in which object, as KIND/NAME."""
    findings = [finding for document in documents for finding in unfilled(document)]
    return {(finding.message.split(">")[0].lstrip("<"), finding.place.split()[0]) for finding in findings}


def test_a_placeholder_is_found_wherever_it_stands() -> None:
    document: Object = {"kind": "K", "metadata": {"name": "n"}, "a": {"b": ["x", "arn:<account-id>:<certificate-id>"]}}

    assert list(unfilled(document)) == [
        Finding("K/n /a/b/1", "<account-id> must be filled in"),
        Finding("K/n /a/b/1", "<certificate-id> must be filled in"),
    ]


def test_a_comparison_is_no_placeholder() -> None:
    document: Object = {"kind": "K", "metadata": {"name": "n"}, "rule": "self.a < 1 && self.b > 2", "tag": "<none >"}

    assert list(unfilled(document)) == []


def test_the_readme_lists_them_all() -> None:
    readme = (MICROSERVICES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `<([a-z-]+)>` \| (\w+) `([\w-]+)` \|", readme, re.MULTILINE)

    assert {(name, f"{kind}/{called}") for name, kind, called in rows} == names(microservices())
    assert rows


@pytest.mark.parametrize("name", ON_AWS)
def test_the_overlays_for_aws_add_no_other(name: str) -> None:
    assert {found for found, _ in names(parse(built(APPS / name)))} == {"account-id", "certificate-id"}


def test_what_the_policy_of_a_role_leaves_open_is_found_too() -> None:
    said = [
        str(found)
        for path in sorted((APPS / "components/ses-api").glob("*.json"))
        for found in findings(path.read_text())
    ]

    assert said == ["document/? /Statement/0/Resource: <account-id> must be filled in"]
