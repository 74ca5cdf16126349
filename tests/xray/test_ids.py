"""Ids keep what is put into them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus_xray import ids
from serinus_xray.errors import MalformedHeader
from tests.xray import strategies

HEX32 = st.from_regex(r"[0-9a-f]{32}", fullmatch=True)


@given(HEX32)
@settings(deadline=None)
def test_w3c_ids_survive_the_way_there_and_back(hex32: str) -> None:
    assert ids.to_w3c(ids.from_w3c(hex32)) == hex32


@given(strategies.trace_ids)
@settings(deadline=None)
def test_xray_ids_survive_the_way_there_and_back(trace_id: str) -> None:
    assert ids.from_w3c(ids.to_w3c(trace_id)) == trace_id


@given(st.floats(0, 2**32 - 1), st.integers(0, 2**96 - 1))
@settings(deadline=None)
def test_a_new_trace_id_tells_its_time(now: float, random96: int) -> None:
    trace_id = ids.new_trace_id(now, random96)
    assert ids.is_trace_id(trace_id)
    assert ids.trace_time(trace_id) == int(now)


@pytest.mark.parametrize("number", [0, 1, 2**64 - 1, 2**70])
def test_segment_ids_have_16_digits(number: int) -> None:
    assert ids.is_segment_id(ids.new_segment_id(number))


@pytest.mark.parametrize(
    "text", ["", "1-5759e988-bd862e3fe1be46a99427279", "2-5759e988-bd862e3fe1be46a994272793", "x" * 35]
)
def test_what_is_no_trace_id_is_refused_by_name(text: str) -> None:
    assert not ids.is_trace_id(text)
    with pytest.raises(MalformedHeader, match="1-<8 hex>-<24 hex>"):
        ids.to_w3c(text)


def test_what_is_no_w3c_id_is_refused_by_value() -> None:
    with pytest.raises(MalformedHeader, match="'xyz'"):
        ids.from_w3c("xyz")
