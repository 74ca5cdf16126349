"""A value becomes one of the wanted type, or nothing."""

from typing import Any

import pytest

from serinus_xray import coerce


@pytest.mark.parametrize(
    ("wanted", "value", "kept"),
    [
        (coerce.text, "a", "a"),
        (coerce.text, 7, "7"),
        (coerce.text, 1.5, "1.5"),
        (coerce.text, True, None),
        (coerce.text, None, None),
        (coerce.text, [], None),
        (coerce.text, 10**400, None),
        (coerce.short, "x" * 300, "x" * 250),
        (coerce.short, {}, None),
        (coerce.number, "1.5", 1.5),
        (coerce.number, "x", None),
        (coerce.number, True, None),
        (coerce.number, "nan", None),
        (coerce.number, 10**400, None),
        (coerce.seconds, 1, 1.0),
        (coerce.seconds, -1, None),
        (coerce.seconds, 1e13, None),
        (coerce.whole, "12", 12),
        (coerce.whole, 12.0, 12),
        (coerce.whole, 2**60, None),
        (coerce.flag, "True", True),
        (coerce.flag, "no", False),
        (coerce.flag, 1, True),
        (coerce.flag, None, False),
        (coerce.segment_id, "53995C3F42CD8AD8", "53995c3f42cd8ad8"),
        (coerce.segment_id, "x", None),
        (coerce.segment_id, 7, None),
        (coerce.trace_id, "1-581CF771-A006649127E371903A2DE979", "1-581cf771-a006649127e371903a2de979"),
        (coerce.trace_id, "x", None),
    ],
)
def test_a_value_is_coerced(wanted: coerce.Coerce, value: Any, kept: Any) -> None:
    assert wanted(value) == kept


def test_records_and_sequences_keep_what_can_be_kept() -> None:
    frame = coerce.record({"line": coerce.whole, "path": coerce.text})
    assert coerce.sequence(frame)([{"line": "7", "path": None, "other": 1}, 7, {}]) == [{"line": 7}, {}]
    assert coerce.sequence(frame)("no list") is None
