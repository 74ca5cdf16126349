"""What was refused is counted by field and the last ones are remembered; the log is not flooded."""

from __future__ import annotations

import logging

import pytest

from serinus.tracestore.telemetry import REMEMBERED, Telemetry
from serinus_xray.errors import InvalidFilter, MalformedDatagram, MalformedSegment


def test_refusals_are_counted_and_the_last_remembered(caplog: pytest.LogCaptureFixture) -> None:
    telemetry = Telemetry()
    with caplog.at_level(logging.WARNING):
        for number in range(30):
            telemetry.reject(MalformedSegment("name", "a name", f"*{number}" * 200), "udp", 100.0 + number / 10)
        telemetry.reject(MalformedDatagram("empty body"), "udp", 120.0)
        telemetry.reject(InvalidFilter(1, "x"), "udp", 121.0)
    health = telemetry.health(dropped=1, queued=2, receive_buffer=3)
    assert health.rejected == {"name": 30, "datagram": 1, "document": 1}
    assert len(health.last_rejects) == REMEMBERED
    assert all(len(one.value) <= 120 for one in health.last_rejects)
    assert (health.dropped, health.queued, health.receive_buffer) == (1, 2, 3)
    assert len(caplog.records) == 2
