"""With a token configured writes need it; without one nobody is trusted."""

from __future__ import annotations

import pytest

from omnitech_chassis.errors import Problem
from user_management.authority import trusted


@pytest.mark.parametrize("header", [None, "Bearer anything"])
def test_without_a_token_nobody_is_refused_and_nobody_trusted(header: str | None) -> None:
    assert trusted(None, header) is False


@pytest.mark.parametrize("header", ["Bearer s3cret", "bearer s3cret", "Bearer  s3cret "])
def test_the_bearer_of_the_token_is_trusted(header: str) -> None:
    assert trusted("s3cret", header) is True


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer s3cre", "Basic s3cret", "s3cret", "Bearer s3crét"])
def test_anybody_else_is_refused_without_the_token_being_shown(header: str | None) -> None:
    with pytest.raises(Problem) as refused:
        trusted("s3cret", header)

    assert (refused.value.status, "s3cret" in refused.value.detail) == (401, False)
