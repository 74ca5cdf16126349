"""What the judge was given can be had again from X-Ray, each request once and in time order."""

from __future__ import annotations

import pytest
from msgspec import structs

from serinus.errors import InvalidInput
from serinus.judge.observation import Observation, Variant, WeightChange
from serinus.judge.recorded import line_of, read
from serinus.traces.recording import SPAN_S, recorded
from tests.traces.test_collect import STARTED, TARGET, FakeXRay

WEIGHTS = (WeightChange(STARTED, 0.25, STARTED), WeightChange(STARTED + 60, 0.5, STARTED + 62.5))


def xray(requests: int, seconds: float) -> FakeXRay:
    """So many, evenly; X-Ray lists them in no order of time."""
    found = FakeXRay()
    for number in reversed(range(requests)):
        found.put(number, STARTED + number * seconds / requests)
    return found


def test_each_request_is_written_once_in_time_order_whatever_the_spans_asked_for() -> None:
    seen = [*recorded(xray(300, 3.5 * SPAN_S), TARGET, STARTED + 3.5 * SPAN_S, ())]
    assert [one.at for one in seen] == sorted(one.at for one in seen)
    assert len({one.trace_id for one in seen if isinstance(one, Observation)}) == len(seen) == 300


def test_nothing_before_the_run_or_after_its_end() -> None:
    early = structs.replace(TARGET, started=STARTED + 10)
    seen = [*recorded(xray(100, 100.0), early, STARTED + 90, ())]
    assert (seen[0].at, seen[-1].at) == (STARTED + 10, STARTED + 89)


def test_a_weight_stands_where_the_router_confirmed_it_and_never_if_it_did_not() -> None:
    unconfirmed = WeightChange(STARTED + 80, 1.0)
    seen = [*recorded(xray(100, 100.0), TARGET, STARTED + 100, (*WEIGHTS, unconfirmed))]
    changes = [(place, one.at - STARTED) for place, one in enumerate(seen) if isinstance(one, WeightChange)]
    assert changes == [(0, 0.0), (64, 62.5)]


def test_what_is_written_can_be_read() -> None:
    seen = [*recorded(xray(40, 40.0), TARGET, STARTED + 40, WEIGHTS)]
    again = [*read(line_of(one) for one in seen)]
    assert [one.at for one in again] == [one.at for one in seen]
    variants = [one.variant for one in again if isinstance(one, Observation)]
    assert variants == [Variant.STABLE, Variant.CANARY] * 20


def test_versions_with_one_name_in_xray_are_refused() -> None:
    with pytest.raises(InvalidInput, match="AWS_XRAY_TRACING_NAME"):
        [*recorded(FakeXRay(), structs.replace(TARGET, canary_service="v1"), STARTED + 1, ())]
