"""The X-Rays that must keep the contract: ours in memory and ours in a file. AWS's own could be a third."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from serinus.tracestore.server import Addresses
from tests.contracts.servers import boto, free, running


@pytest.fixture(params=["memory", "file"])
def xray(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Addresses]:
    store = tmp_path / "traces.duckdb" if request.param == "file" else None
    with running(free(store)) as addresses:
        yield addresses


@pytest.fixture
def client(xray: Addresses) -> Iterator[Any]:
    with boto(xray.url) as made:
        yield made
