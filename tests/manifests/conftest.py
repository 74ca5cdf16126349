"""What the tests of the local overlay's stand-ins share: the Secrets that its program makes."""

from __future__ import annotations

import importlib.util
from datetime import UTC, datetime
from itertools import count
from types import ModuleType

import pytest

from tests.manifests.documents import APPS

Made = dict[tuple[str, str], dict[str, str]]


@pytest.fixture(scope="session")
def make_secrets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_secrets", APPS / "local/make_secrets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def made(make_secrets: ModuleType) -> Made:
    """By namespace and name: what the program prints."""
    numbers = count(1)
    objects = make_secrets.objects(
        "shop", make_secrets.certify(datetime.now(tz=UTC)), lambda: f"password{next(numbers)}"
    )
    return {(o["metadata"]["namespace"], o["metadata"]["name"]): o.get("stringData", o.get("data")) for o in objects}
