"""The contract between the server and the page: checked in, made from the same types, never stale."""

from __future__ import annotations

import pytest
from web import generate

from serinus.console.openapi import described
from serinus.console.operations import OPERATIONS

REFRESH = "run: python web/generate.py"


def test_the_documents_copy_is_fresh() -> None:
    assert (generate.WEB / "openapi.json").read_text() == generate.openapi(), REFRESH


def test_the_pages_types_are_fresh() -> None:
    fresh = generate.typescript(described()["components"]["schemas"])

    assert (generate.WEB / "src" / "api" / "types.ts").read_text() == fresh, REFRESH


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_call_is_described_with_its_refusal(operation: object) -> None:
    found = described()["paths"][getattr(operation, "path", "")][str(getattr(operation, "method", "")).lower()]

    assert "application/problem+json" in found["responses"]["default"]["content"]
    assert (found["security"] == []) is getattr(operation, "open", None)
