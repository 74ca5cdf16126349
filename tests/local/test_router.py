"""Routes and ready ports become Traefik's configuration: loopback only, no share for nobody, nothing hidden."""

from __future__ import annotations

from serinus.local.objects import Mode, RouteSpec
from serinus.local.reports import expected
from serinus.local.router import Entry, render, shares, static_flags

ROUTE = "notification-clusterip-service"
PORTS = {"v1": (20001, 20002), "v2": (20003,), "users": (20004,)}
ENTRY = Entry("canarydemo.omnitechsol.com", "users", "/c.pem", "/k.pem")


def spec(weight: int, mode: Mode = Mode.GATEWAY) -> RouteSpec:
    return RouteSpec(mode, 8096, "v1", "v2", weight)


def test_a_weight_of_nothing_and_a_version_without_replicas_get_no_entry() -> None:
    assert shares(spec(25), PORTS) == {"v1": 75, "v2": 25}
    assert shares(spec(0), PORTS) == {"v1": 100}
    assert shares(spec(100), PORTS) == {"v2": 100}
    assert shares(spec(25), {"v1": (20001,), "v2": ()}) == {"v1": 75}
    assert shares(spec(25), {}) == {}


def test_a_gateway_route_shares_requests_by_weight_and_lists_both_versions_always() -> None:
    http = render(None, {ROUTE: spec(0)}, PORTS)["http"]
    assert http["services"][ROUTE] == {"weighted": {"services": [{"name": "v1", "weight": 100}]}}
    assert [s["url"] for s in http["services"]["v1"]["loadBalancer"]["servers"]] == [
        "http://127.0.0.1:20001",
        "http://127.0.0.1:20002",
    ]
    assert set(http["services"]) == {ROUTE, "v1", "v2"}
    assert http["routers"][ROUTE]["entryPoints"] == [ROUTE]


def test_a_replicas_route_shares_connections_over_all_ready_replicas() -> None:
    told = render(None, {ROUTE: spec(50, Mode.REPLICAS)}, PORTS)
    assert set(told) == {"tcp"}
    servers = told["tcp"]["services"][ROUTE]["loadBalancer"]["servers"]
    assert [s["address"] for s in servers] == ["127.0.0.1:20001", "127.0.0.1:20002", "127.0.0.1:20003"]


def test_the_entry_answers_to_its_name_only_by_tls_of_today() -> None:
    told = render(ENTRY, {ROUTE: spec(10)}, PORTS)
    assert told["tls"]["options"]["default"] == {"minVersion": "VersionTLS12"}
    assert told["tls"]["certificates"] == [{"certFile": "/c.pem", "keyFile": "/k.pem"}]
    router = told["http"]["routers"]["entry"]
    assert (router["rule"], router["service"], router["tls"]) == ("Host(`canarydemo.omnitechsol.com`)", "users", {})
    assert {"users", "v1", "v2", ROUTE} == set(told["http"]["services"])


def test_sections_without_content_are_left_out() -> None:
    assert render(None, {}, PORTS) == {}


def test_what_is_expected_of_traefik_is_what_it_was_told() -> None:
    assert expected(render(ENTRY, {ROUTE: spec(10)}, PORTS)).ports == {20001, 20002, 20003, 20004}
    assert expected({}).ports == frozenset()


def test_traefik_listens_on_loopback_and_calls_nobody() -> None:
    flags = static_flags(8099, "/d.yml", {"entry": 8443, "redirect": 8080, ROUTE: 8096})
    addresses = [flag.split("=")[1] for flag in flags if ".address=" in flag]
    assert addresses == ["127.0.0.1:8099", "127.0.0.1:8443", "127.0.0.1:8080", "127.0.0.1:8096"]
    assert "--global.checknewversion=false" in flags
    assert "--global.sendanonymoususage=false" in flags
    assert "--entrypoints.redirect.http.redirections.entrypoint.to=entry" in flags
    assert not any("redirections" in flag for flag in static_flags(8099, "/d.yml", {ROUTE: 8096}))
