from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.errors import InvalidInput
from serinus.judge.observation import Outcome, Variant, WeightChange
from serinus.judge.recorded import line_of, read
from tests.judge.streams import observations

GOOD = (
    b'{"t": 1700000000.12, "variant": "canary", "stratum": "POST /a", "duration_s": 0.123, "outcome": "fault", '
    b'"trace_id": "1-a"}\n'
)


def test_a_line_is_a_request_or_a_weight() -> None:
    request, weight = read([GOOD, b"\n", b'{"t": 1700000001, "weight": 0.25}'])
    assert not isinstance(request, WeightChange)
    assert (request.variant, request.outcome, request.duration_s) == (Variant.CANARY, Outcome.FAULT, 0.123)
    assert weight == WeightChange(1700000001.0, 0.25, 1700000001.0)


@settings(deadline=None)
@given(st.lists(observations, max_size=20))
def test_what_is_written_reads_back(items: list[object]) -> None:
    ordered = sorted(items, key=lambda item: item.at)  # type: ignore[attr-defined]
    assert list(read(line_of(item) for item in ordered)) == ordered  # type: ignore[arg-type]
    told = WeightChange(1.0, 0.5, 1.0)
    assert list(read([line_of(told)])) == [told]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"not json\n", "line 2: JSON is malformed"),
        (b"[]\n", "line 2: expected `object`, got `array`"),
        (GOOD.replace(b'"canary"', b'"primary"'), "line 2: variant: invalid enum value 'primary', got 'primary'"),
        (GOOD.replace(b"0.123", b"-1"), "line 2: duration_s: expected `float` >= 0.0, got -1"),
        (GOOD.replace(b"0.123", b'"fast"'), "line 2: duration_s: expected `float`, got `str`, got 'fast'"),
        (GOOD.replace(b', "trace_id": "1-a"', b""), "line 2: object missing required field `trace_id`"),
        (GOOD.replace(b'"1-a"', b'""'), "line 2: trace_id: expected `str` of length >= 1"),
        (GOOD.replace(b"trace_id", b"traceid"), "line 2: object contains unknown field `traceid`"),
        (GOOD.replace(b"1700000000.12", b"1600000000"), "line 2: t: must be epoch seconds, not before 1700000000.12"),
        (b'{"t": 1700000001, "weight": 25}\n', "line 2: weight: expected `float` <= 1.0, got 25"),
        (GOOD[:40], "line 2: "),
        (b"\xff\xfe\n", "line 2: "),
    ],
)
def test_a_bad_line_is_named_with_field_rule_and_value(line: bytes, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        list(read([GOOD, line]))
    assert str(refused.value).startswith(message)
