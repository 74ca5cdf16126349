"""What the tests of the local overlay's stand-ins share: the Secrets that its program makes."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from types import ModuleType

import pytest

from tests.manifests.documents import APPS
from tests.scripts import loaded

Made = dict[tuple[str, str], dict[str, str]]


@pytest.fixture(scope="session")
def make_secrets() -> ModuleType:
    return loaded(APPS / "local/make_secrets.py")


@pytest.fixture(scope="session")
def made(make_secrets: ModuleType) -> Made:
    """By namespace and name: what the program prints."""
    numbers = count(1)
    objects = make_secrets.objects(
        "shop", make_secrets.certify(datetime.now(tz=UTC)), lambda: f"password{next(numbers)}"
    )
    return {(o["metadata"]["namespace"], o["metadata"]["name"]): o.get("stringData", o.get("data")) for o in objects}
