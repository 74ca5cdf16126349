"""Blocks give back what was packed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.tracestore.blocks import DOCUMENTS_A_BLOCK, pack, split, unpack
from tests.tracestore.documents import text


@given(st.lists(st.binary(max_size=200), max_size=250))
@settings(deadline=None)
def test_packing_and_unpacking_is_the_identity(documents: list[bytes]) -> None:
    assert [one for run in split(documents) for one in unpack(pack(run))] == documents
    assert all(0 < len(run) <= DOCUMENTS_A_BLOCK for run in split(documents))


def test_traces_of_one_service_shrink_to_a_fifth() -> None:
    documents = [text(number, at=number / 7, http={"response": {"status": 200}}).encode() for number in range(100)]
    assert len(pack(documents)) < sum(map(len, documents)) / 5
