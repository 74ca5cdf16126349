"""What Traefik answers becomes weights in force, ports and counts; its own services and other words are left alone."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.local.objects import Mode, RouteSpec, RouteStatus
from serinus.local.reports import Report, carry_on, gateway_status, read_counts, read_report, replicas_status

SPEC = RouteSpec(Mode.GATEWAY, 8096, "v1", "v2", 25)
RAW = b"""{"routers":{"r@file":{"service":"r","status":"enabled"}},
"middlewares":{"reconnect@file":{"retry":{"attempts":6}}},
"services":{"api@internal":{"status":"enabled"},
"r@file":{"weighted":{"services":[{"name":"v1","weight":75},{"name":"v2","weight":25}]},"status":"enabled"},
"v1@file":{"loadBalancer":{"servers":[{"url":"http://127.0.0.1:20001"}],"strategy":"wrr"},"status":"enabled"},
"v2@file":{"loadBalancer":{"servers":[{"url":"http://127.0.0.1:20002"}],"strategy":"wrr"}}},
"tcpServices":{"r@file":{"loadBalancer":{"servers":[{"address":"127.0.0.1:20001"},{"address":"127.0.0.1:20002"},
{"address":"127.0.0.1:20003"},{"address":"127.0.0.1:20004"}]}}}}"""
METRICS = """# TYPE traefik_service_requests_total counter
traefik_service_requests_total{code="200",method="GET",protocol="http",service="v1@file"} 40
traefik_service_requests_total{code="500",method="GET",protocol="http",service="v1@file"} 2
traefik_service_requests_total{code="200",method="GET",protocol="http",service="v2@file"} 1.2e+01
traefik_service_requests_bytes_total{code="200",method="GET",protocol="http",service="v1@file"} 999
traefik_entrypoint_requests_total{code="200"} 5
"""


def test_the_weight_in_force_is_the_canarys_part_of_the_weights_reported() -> None:
    status = gateway_status("r", SPEC, read_report(RAW), {"v1": 40, "v2": 12})
    assert status == RouteStatus(25.0, 40, 12, (20001, 20002))


def test_a_route_that_traefik_does_not_know_yet_sends_nothing() -> None:
    assert gateway_status("r", SPEC, Report(), {}) == RouteStatus(0.0, 0, 0, ())


def test_of_connections_the_weight_is_the_canarys_part_of_the_servers() -> None:
    owners = {20001: "v1", 20002: "v1", 20003: "v1", 20004: "v2"}
    status = replicas_status("r", SPEC, read_report(RAW), owners)
    assert status == RouteStatus(25.0, None, None, (20001, 20002, 20003, 20004))


def test_traefiks_own_services_do_not_count() -> None:
    report = read_report(RAW)
    assert set(report.services) == {"r@file", "v1@file", "v2@file"}
    assert report.ports == {20001, 20002, 20003, 20004}


def test_requests_are_summed_over_statuses_and_methods() -> None:
    assert read_counts(METRICS) == {"v1": 42, "v2": 12}


def test_an_answer_that_is_no_report_is_refused() -> None:
    with pytest.raises(msgspec.MsgspecError):
        read_report(b"404 page not found")


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 50), min_size=1), min_size=1))
def test_totals_go_on_over_restarts_of_the_counter(lives: list[list[int]]) -> None:
    """Each life counts from 0 up; only a life seen to reach less than the last is known to be a new one."""
    total: dict[str, int] = {}
    before: dict[str, int] = {}
    seen, sent = 0, 0
    for growths in lives:
        count = 0
        for growth in growths:
            count += growth
            sent += count - seen if count >= seen else count
            seen = count
            total, before = carry_on(total, before, {"v1": count}), {"v1": count}
    assert total["v1"] == sent
