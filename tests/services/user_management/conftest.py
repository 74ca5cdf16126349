"""A Notification that says what it is told to."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.services.user_management.upstream import Upstream, upstream


@pytest.fixture
async def told() -> AsyncIterator[Upstream]:
    async with upstream() as running:
        yield running
