"""Streams of observations for the judge's tests. In: plain numbers and a seed. Out: observations and windows."""

from __future__ import annotations

from hypothesis import strategies as st

from serinus.judge.observation import Observation, Outcome, Variant, WeightChange

STARTED = 1_700_000_000.0
TICK = 5.0

observations = st.builds(
    Observation,
    at=st.floats(STARTED - 10, STARTED + 300),
    variant=st.sampled_from(Variant),
    stratum=st.sampled_from(["GET /a", "POST /b", "GET /c"]),
    outcome=st.sampled_from(Outcome),
    duration_s=st.floats(0.001, 2.0),
    trace_id=st.integers(0, 60).map(lambda number: f"1-{number:08x}"),
)
logs_of_weights = st.lists(
    st.tuples(st.floats(0, 120), st.sampled_from([0.05, 0.25, 0.5, 1.0]), st.none() | st.floats(0, 20)), max_size=4
).map(
    lambda rows: [
        WeightChange(STARTED + after, weight, None if lag is None else STARTED + after + lag)
        for after, weight, lag in sorted(rows, key=lambda row: row[0])
    ]
)


def seen(at: float, variant: Variant = Variant.CANARY, trace: str = "", outcome: Outcome = Outcome.OK) -> Observation:
    """One request `at` seconds after the start."""
    return Observation(STARTED + at, variant, "GET /a", outcome, 0.1, trace or f"1-{at}-{variant}")
