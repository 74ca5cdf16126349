"""Old and new semantic conventions say the same of a request."""

from typing import Any

import pytest

from serinus_xray.otel_http import http_of
from serinus_xray.segment import Http, HttpRequest, HttpResponse
from tests.xray.spans import PARENT, span

NEW = {
    "http.request.method": "POST",
    "url.scheme": "https",
    "server.address": "shop.example",
    "server.port": 8443,
    "url.path": "/api",
    "url.query": "a=1",
    "user_agent.original": "k6",
    "client.address": "10.0.0.7",
    "http.response.status_code": 201,
    "http.response.body.size": 12,
}
OLD = {
    "http.method": "POST",
    "http.scheme": "https",
    "http.host": "shop.example:8443",
    "http.target": "/api?a=1",
    "http.user_agent": "k6",
    "net.sock.peer.addr": "10.0.0.7",
    "http.status_code": 201,
    "http.response_content_length": 12,
}


@pytest.mark.parametrize("attributes", [NEW, OLD], ids=["new", "old"])
def test_a_served_request_reads_alike(attributes: dict[str, Any]) -> None:
    request = HttpRequest("POST", "https://shop.example:8443/api?a=1", "k6", "10.0.0.7")
    assert http_of(span(attributes=attributes)) == Http(request, HttpResponse(201, 12))


@pytest.mark.parametrize(
    "attributes",
    [{"url.full": "http://api/x", "http.request.method": "GET"}, {"http.url": "http://api/x", "http.method": "GET"}],
)
def test_a_call_carries_its_full_url(attributes: dict[str, Any]) -> None:
    assert http_of(span("CLIENT", PARENT, attributes=attributes)) == Http(HttpRequest("GET", "http://api/x"))


@pytest.mark.parametrize(
    ("scheme", "port", "url"),
    [("http", 80, "http://a/"), ("https", 443, "https://a/"), ("http", 8080, "http://a:8080/")],
)
def test_a_schemes_own_port_is_left_out(scheme: str, port: int, url: str) -> None:
    made = http_of(
        span(attributes={"http.method": "GET", "http.scheme": scheme, "net.host.name": "a", "net.host.port": port})
    )
    assert made is not None
    assert made.request is not None
    assert made.request.url == url


def test_a_forwarded_client_is_marked() -> None:
    made = http_of(
        span(
            attributes={
                "http.request.method": "GET",
                "client.address": "203.0.113.7",
                "network.peer.address": "10.0.0.1",
            }
        )
    )
    assert made == Http(HttpRequest("GET", client_ip="203.0.113.7", x_forwarded_for=True))


def test_a_client_that_is_no_address_is_not_named() -> None:
    assert http_of(span(attributes={"http.request.method": "GET", "client.address": "testclient"})) == Http(
        HttpRequest("GET")
    )


def test_other_spans_have_no_http() -> None:
    assert http_of(span("CLIENT", PARENT, attributes={"server.address": "smtp", "server.port": 587})) is None


def test_long_values_are_cut() -> None:
    made = http_of(span(attributes={"url.full": "http://a/" + "x" * 400, "user_agent.original": "u" * 400}))
    assert made is not None
    assert made.request is not None
    assert (len(made.request.url or ""), len(made.request.user_agent or "")) == (250, 250)


def test_a_call_declared_traced_says_so() -> None:
    made = http_of(span("CLIENT", PARENT, attributes={"http.url": "http://a/", "aws.xray.traced": True}))
    assert made == Http(HttpRequest(url="http://a/", traced=True))
