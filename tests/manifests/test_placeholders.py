"""What a person has to fill in is found by machine, and the README's table says no more and no less."""

from __future__ import annotations

import re

import pytest

from tests.manifests.documents import APPS, MICROSERVICES, Object, built, microservices, parse
from tests.manifests.placeholders import Placeholder, placeholders

HAVING = {"eks": {"account-id", "certificate-id"}, "eks-fargate": {"account-id", "certificate-id"}}


def test_a_placeholder_is_found_wherever_it_stands() -> None:
    document: Object = {"kind": "K", "metadata": {"name": "n"}, "a": {"b": ["x", "arn:<account-id>:<certificate-id>"]}}

    assert placeholders([document]) == [
        Placeholder("account-id", "K", "n", "/a/b/1"),
        Placeholder("certificate-id", "K", "n", "/a/b/1"),
    ]


def test_a_comparison_is_no_placeholder() -> None:
    document: Object = {"kind": "K", "metadata": {"name": "n"}, "rule": "self.a < 1 && self.b > 2", "tag": "<none >"}

    assert placeholders([document]) == []


def test_the_readme_lists_them_all() -> None:
    readme = (MICROSERVICES / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `<([a-z-]+)>` \| (\w+) `([\w-]+)` \|", readme, re.MULTILINE)

    assert sorted(set(rows)) == sorted({(p.name, p.kind, p.object) for p in placeholders(microservices())})
    assert rows


@pytest.mark.parametrize("name", ["eks", "eks-fargate"])
def test_the_overlays_for_aws_add_no_other(name: str) -> None:
    assert {p.name for p in placeholders(parse(built(APPS / name)))} == HAVING[name]
