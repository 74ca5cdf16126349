from __future__ import annotations

import msgspec

from serinus.judge.counts import Counts
from serinus.judge.evidence import Cell, Endpoint, Evidence
from serinus.judge.wealth import opening


def test_an_endpoint_knows_its_counts_over_all_weights() -> None:
    endpoint = Endpoint({}, opening(2), cells=(Cell(0.25, Counts(3, 1, 1, 0)), Cell(None, Counts(1, 0, 1, 1))))
    assert endpoint.counts == Counts(4, 1, 2, 1)


def test_no_evidence_is_an_empty_document_that_reads_back() -> None:
    assert msgspec.json.decode(b"{}", type=Evidence) == Evidence()
    assert msgspec.json.decode(msgspec.json.encode(Evidence()), type=Evidence) == Evidence()
