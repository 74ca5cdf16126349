"""Before a run: is this X-Ray able to show what happens?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from serinus.errors import TracesError
from serinus.traces.client import XRayClient
from serinus.traces.preflight import REASONS, clock, destination, examine, indexing, preflight, sampling, versions
from tests.contracts.documents import AGO, document, now, trace_id
from tests.contracts.servers import framed, free, running, send, until

CHECKS = ["access", "permissions", "destination", "indexing", "clock", "sampling", "versions"]
DATE, AT = "Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000.0


async def test_our_own_x_ray_passes() -> None:
    with running(free()) as xray:
        client = XRayClient(xray.url)
        findings = await preflight(client, now)
        client.close()
    assert [(one.check, one.ok) for one in findings] == [(check, True) for check in CHECKS]


async def test_who_serves_must_have_left_traces() -> None:
    with running(free()) as xray:
        client = XRayClient(xray.url)
        at = now() - AGO
        (unseen,) = [one.message for one in examine(client, now, serving=("checkout",)) if not one.ok]
        assert unseen.startswith("no trace of checkout within 10 minutes: its pods need")
        send(xray, framed(document(trace_id(1, at), 1, at, name="checkout")))
        until(lambda: client.any_trace(at - 60, now()))
        assert [one.check for one in examine(client, now, serving=("checkout", "stock")) if not one.ok] == ["versions"]
        assert all(one.ok for one in examine(client, now, serving=("checkout",)))
        client.close()


async def test_an_x_ray_that_does_not_answer_is_the_only_finding() -> None:
    (finding,) = await preflight(XRayClient("http://127.0.0.1:9", attempts=1), lambda: AT)
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
    ("date", "asked", "answered", "ok", "said"),
    [
        (DATE, AT + 4, AT + 4, True, "agree"),
        (DATE, AT + 60, AT + 60, False, "60 s ahead of"),
        (DATE, AT - 60, AT - 60, False, "60 s behind"),
        (DATE, AT - 20, AT + 20, True, "agree"),
        ("", AT, AT, False, "cannot be read"),
    ],
)
def test_clocks_must_agree_however_long_the_answer_took(
    date: str, asked: float, answered: float, ok: bool, said: str
) -> None:
    found = clock(date, asked, answered)
    assert (found.ok, said in found.message) == (ok, True)


def rule(name: str, rate: float, service: str = "*", reservoir: int = 0, **more: Any) -> dict[str, Any]:
    """Default is looked at last."""
    priority = 10_000 if name == "Default" else 10
    return {
        "RuleName": name,
        "FixedRate": rate,
        "ServiceName": service,
        "ReservoirSize": reservoir,
        "Priority": priority,
        **more,
    }


@pytest.mark.parametrize(
    ("rules", "ok", "said"),
    [
        ([rule("Default", 1.0, reservoir=1)], True, "V1: 100 % by the rule Default; V2: 100 % by the rule Default"),
        ([rule("Default", 0.05, reservoir=1)], True, "1 a second and 5 % by the rule Default"),
        ([rule("Default", 0.05, reservoir=1)], True, "spec.traces.sampling.rate"),
        ([rule("Default", 0.05), rule("x", 0.5, "v?")], True, "V1: 50 % by the rule x; V2: 50 % by the rule x"),
        ([rule("Default", 0.05), rule("x", 1.0, "V2")], False, "V1: 5 % by the rule Default; V2: 100 % by the rule x"),
        ([rule("Default", 0.05), rule("x", 1.0, "V2", Host="a.example")], True, "V2: 5 % by the rule Default"),
        ([rule("Default", 0.05), rule("x", 0.0, "V1")], False, "V1 is not traced at all"),
        ([], True, "no sampling rule"),
    ],
)
def test_both_versions_must_be_sampled_alike(rules: list[dict[str, Any]], ok: bool, said: str) -> None:
    found = sampling(rules, ("V1", "V2"))
    assert (found.ok, said in found.message) == (ok, True), found.message


def test_without_names_the_rule_for_everybody_is_told() -> None:
    assert sampling([rule("Default", 0.05, reservoir=2)], ()).message.startswith(
        "2 a second and 5 % by the rule Default"
    )
    assert versions((), ()).ok


class Denying:
    """An X-Ray that allows everything but these questions."""

    def __init__(self, *denied: str) -> None:
        self._denied = denied

    def destination(self) -> tuple[str, str]:
        self._may("destination")
        return "XRay", "ACTIVE"

    def indexed_percent(self) -> float:
        self._may("indexed_percent")
        return 1.0

    def sampling_rules(self) -> list[dict[str, Any]]:
        self._may("sampling_rules")
        return []

    def server_date(self) -> str:
        self._may("sampling_rules")
        return DATE

    def any_trace(self, start: float, end: float, expression: str) -> bool:
        self._may("any_trace")
        return True

    def batch_get(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        self._may("batch_get")
        raise TracesError("there is no such trace", "InvalidRequestException")

    def _may(self, question: str) -> None:
        if question in self._denied:
            raise TracesError("not authorized", "AccessDeniedException")


def test_what_is_denied_is_named_and_the_rest_is_looked_at_all_the_same() -> None:
    findings = examine(Denying("sampling_rules", "batch_get"), lambda: AT)
    bad = {one.check: one.message for one in findings if not one.ok}
    assert set(bad) == {"permissions", "indexing"}
    assert "xray:GetSamplingRules, xray:BatchGetTraces" in bad["permissions"]


def test_each_check_has_a_reason_of_its_own() -> None:
    assert list(REASONS) == CHECKS
    assert [one.check for one in examine(Denying(), lambda: AT)] == CHECKS
