from __future__ import annotations

from collections.abc import Iterator

import pytest

from serinus.console.albkeys import LONGEST_KEY, MOST_FETCHES, MOST_KEYS, PER_S, Keys, default_url
from serinus.errors import InvalidInput, SignOnError
from tests.console.keyserver import KeyServer, key_server
from tests.console.tokens import KID, Balancer

PEM = Balancer().pem


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server() as running:
        yield running


def kid(number: int) -> str:
    return f"{number:08}-1234-1234-1234-123456789012"


async def test_a_key_is_asked_for_once(server: KeyServer) -> None:
    server.keys[KID] = PEM
    keys = Keys(server.url, lambda: 0.0)

    assert [await keys.pem(KID), await keys.pem(KID)] == [PEM, PEM]
    assert server.asked == [f"/{KID}"]


@pytest.mark.parametrize("found", ["", "<html>", "moved", "-----BEGIN CERTIFICATE-----"])
async def test_what_is_no_key_is_not_taken_and_no_other_address_asked(server: KeyServer, found: str) -> None:
    server.keys[KID] = found
    with pytest.raises(SignOnError, match="holds no key"):
        await Keys(server.url, lambda: 0.0).pem(KID)


async def test_an_id_that_is_no_uuid_asks_nobody(server: KeyServer) -> None:
    for odd in ("../x", f"{KID}?", f"{KID}\n", "", KID.upper().replace("1", "G")):
        with pytest.raises(SignOnError, match="must be a UUID"):
            await Keys(server.url, lambda: 0.0).pem(odd)
    assert server.asked == []


async def test_ids_that_somebody_makes_up_are_asked_for_a_few_times_a_minute(server: KeyServer) -> None:
    now = [0.0]
    keys = Keys(server.url, lambda: now[0])
    for number in range(MOST_FETCHES + 5):
        with pytest.raises(SignOnError):
            await keys.pem(kid(number))
    assert len(server.asked) == MOST_FETCHES

    server.keys[KID], now[0] = PEM, PER_S
    assert await keys.pem(KID) == PEM


async def test_keys_are_bounded_in_number_and_length(server: KeyServer) -> None:
    now = [0.0]
    keys = Keys(server.url, lambda: now[0])
    for number in range(MOST_KEYS + 1):
        server.keys[kid(number)] = PEM + "x" * 9 * LONGEST_KEY
        now[0] += PER_S
        assert len(await keys.pem(kid(number))) == LONGEST_KEY

    assert len(keys._known) == MOST_KEYS


async def test_a_silent_server_is_an_error_that_says_so(server: KeyServer) -> None:
    with pytest.raises(SignOnError, match="does not answer"):
        await Keys("http://127.0.0.1:1/", lambda: 0.0).pem(KID)


@pytest.mark.parametrize("url", ["", "http://keys.example.com/", "https://keys.example.com", "ftp://a/"])
def test_keys_come_by_tls_only(url: str) -> None:
    assert Keys(default_url("us-east-1"), lambda: 0.0)._url.endswith(".elb.us-east-1.amazonaws.com/")
    with pytest.raises(InvalidInput, match="--alb-keys"):
        Keys(url, lambda: 0.0)
