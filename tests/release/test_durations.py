from __future__ import annotations

import pytest

from serinus.errors import InvalidInput
from serinus.release.durations import seconds


@pytest.mark.parametrize(
    ("text", "expected"), [("30s", 30.0), ("10m", 600.0), ("1h30m", 5400.0), ("250ms", 0.25), ("1.5s", 1.5)]
)
def test_durations_are_read_as_people_write_them(text: str, expected: float) -> None:
    assert seconds(text, "bake") == expected


@pytest.mark.parametrize("text", ["", "10", "ten minutes", "10m!", "-5s", "1h 30m"])
def test_anything_else_is_refused_with_field_rule_and_value(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        seconds(text, "spec.bake")

    assert refused.value.field == "spec.bake"
    assert repr(text) in str(refused.value)
