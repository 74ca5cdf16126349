from __future__ import annotations

import pytest

from serinus.console.site import Way, cluster, laptop, origin
from serinus.errors import InvalidInput


def test_a_laptop_is_called_by_loopback_and_shares_no_cookie_with_another_port() -> None:
    assert laptop(1).hosts == ("127.0.0.1:1", "localhost:1", "[::1]:1")
    assert laptop(1).cookie != laptop(2).cookie


def test_a_cluster_is_called_by_the_addresses_given_else_through_a_tunnel() -> None:
    given = cluster(Way.SSO, ("https://Serinus.example.com/", "https://b.example.com:8443"), 1)

    assert given.hosts == ("serinus.example.com", "b.example.com:8443")
    assert cluster(Way.TOKEN, (), 8900).origins == laptop(8900).origins
    assert given.secure
    assert given.cookie.startswith("__Host-")


@pytest.mark.parametrize("usual", ["https://a.example.com:443", "http://localhost:80"])
def test_a_scheme_has_its_own_port_unsaid_as_browsers_do(usual: str) -> None:
    assert origin(usual) == usual.rpartition(":")[0]


@pytest.mark.parametrize(
    "address",
    ["", "a.example.com", "http://a.example.com", "ftp://a", "https://", "https://a/b", "https://u@a", "x:[1"],
)
def test_an_address_that_browsers_would_not_call_safe_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput, match="--address"):
        origin(address)
