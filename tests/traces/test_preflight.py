"""Before a run: is this X-Ray able to show what happens?"""

from __future__ import annotations

import pytest

from serinus.traces.client import XRayClient
from serinus.traces.preflight import clock, destination, indexing, preflight
from tests.contracts.documents import now
from tests.contracts.servers import free, running

DATE, AT = "Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000.0


async def test_our_own_x_ray_passes() -> None:
    with running(free()) as xray:
        client = XRayClient(xray.url)
        findings = await preflight(client, now())
        client.close()
    assert [(one.check, one.ok) for one in findings] == [
        ("access", True),
        ("destination", True),
        ("indexing", True),
        ("clock", True),
    ]


async def test_an_x_ray_that_does_not_answer_is_the_only_finding() -> None:
    (finding,) = await preflight(XRayClient("http://127.0.0.1:9", attempts=1), AT)
    assert (finding.check, finding.ok) == ("access", False)
    assert "GetTraceSummaries" in finding.message


def test_segments_sent_elsewhere_are_hidden_and_the_remedy_is_named() -> None:
    assert destination("XRay", "ACTIVE").ok
    found = destination("CloudWatchLogs", "ACTIVE")
    assert not found.ok
    assert "update-trace-segment-destination" in found.message


def test_an_index_of_one_percent_is_too_little() -> None:
    assert indexing(100.0).ok
    found = indexing(1.0)
    assert not found.ok
    assert "only 1 %" in found.message


@pytest.mark.parametrize(
    ("date", "at", "ok", "said"),
    [
        (DATE, AT + 4, True, "agree"),
        (DATE, AT + 60, False, "60 s ahead of"),
        (DATE, AT - 60, False, "60 s behind"),
        ("", AT, False, "cannot be read"),
    ],
)
def test_clocks_must_agree(date: str, at: float, ok: bool, said: str) -> None:
    found = clock(date, at)
    assert (found.ok, said in found.message) == (ok, True)
