from __future__ import annotations

import pytest

from serinus.console.port import Person
from serinus.console.refusals import forged, stranger, unknown
from serinus.console.session import Session
from serinus.console.site import Way, laptop

SITE = laptop(8900)
SESSION = Session("key", "secret", Person("ana"), 9e9)


@pytest.mark.parametrize("host", ["127.0.0.1:8900", "localhost:8900", "[::1]:8900"])
def test_our_own_names_are_answered(host: str) -> None:
    assert stranger({"host": host}, SITE) is None
    assert stranger({"host": host, "origin": f"http://{host}"}, SITE) is None


@pytest.mark.parametrize("host", ["", "evil.example:8900", "127.0.0.1", "127.0.0.1:8901", "localhost.evil:8900"])
def test_a_name_that_was_rebound_to_us_is_not(host: str) -> None:
    refused = stranger({"host": host}, SITE)

    assert refused is not None
    assert (refused.status, refused.reason) == (421, "WrongHost")


@pytest.mark.parametrize("origin", ["null", "http://evil.example", "http://127.0.0.1:9999", "https://127.0.0.1:8900"])
def test_a_page_of_another_site_may_not_call(origin: str) -> None:
    refused = stranger({"host": "127.0.0.1:8900", "origin": origin}, SITE)

    assert refused is not None
    assert refused.reason == "WrongOrigin"


def test_nothing_is_for_strangers() -> None:
    refused = unknown(None, Way.LINK)

    assert refused is not None
    assert refused.status == 401
    assert unknown(SESSION, Way.LINK) is None


def test_a_change_needs_the_sessions_header() -> None:
    assert forged("GET", {}, SESSION) is None
    assert forged("POST", {"x-serinus-csrf": "secret"}, SESSION) is None
    for given in ({}, {"x-serinus-csrf": "guess"}, {"x-serinus-csrf": "sécret"}):
        refused = forged("POST", given, SESSION)
        assert refused is not None
        assert refused.reason == "WrongCsrf"
