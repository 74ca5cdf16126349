"""Both doors of a cluster, through the whole application."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import httpx2
import jwt
import pytest

from serinus.console.alb import HEADER, Trust
from serinus.console.albkeys import Keys
from serinus.console.app import application
from serinus.console.desk import Desk
from serinus.console.gates import SignOnGate, TokenGate
from serinus.console.port import Gate, Person
from serinus.console.session import CLUSTER_LASTS_S
from serinus.console.site import Way, cluster
from serinus.errors import ClusterError, SerinusError
from serinus.release.status import Phase
from tests.console.builders import NOW, FakeReleases, a_desk, a_seen
from tests.console.tokens import ARN, KID, Balancer

ADDRESS = "https://serinus.example.com"
ANA, BEA = Person("ana", ("shop",)), Person("bea@example.com", ("system:authenticated",))
WISH = {"verb": "pause", "reason": "look first"}
ACTIONS = "/api/v1/releases/default/notification/actions"
ALB = Balancer()


def at(gate: Gate) -> tuple[Desk, FakeReleases]:
    releases = FakeReleases(a_seen(Phase.ANALYSING, ""))
    return replace(a_desk(releases=releases), gate=gate), releases


def client_of(desk: Desk) -> httpx2.AsyncClient:
    assert desk.gate is not None
    app = application(desk, cluster(desk.gate.way, (ADDRESS,), 8900))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=ADDRESS)


def token_gate(*, error: SerinusError | None = None) -> TokenGate:
    async def review(token: str) -> Person | None:
        if error:
            raise error
        return ANA if token.startswith("good") or token.count(".") == 2 else None

    return TokenGate(review, "kubectl create token NAME")


def sso_gate(balancer: Balancer = ALB) -> SignOnGate:
    keys = Keys("https://127.0.0.1:1/", lambda: 0.0)
    keys._known[KID] = balancer.pem
    return SignOnGate(Trust(ARN), keys, lambda: NOW)


def word(balancer: Balancer = ALB, header: dict[str, Any] | None = None, **claims: Any) -> dict[str, str]:
    return {HEADER: balancer.token(header, now=NOW, **({"email": "bea@example.com", "groups": None} | claims))}


async def test_the_page_learns_which_door_there_is_before_anybody_comes_in() -> None:
    for gate, expected in ((token_gate(), Way.TOKEN), (sso_gate(), Way.SSO)):
        async with client_of(at(gate)[0]) as client:
            entrance = (await client.get("/api/v1/session")).json()
        assert entrance == {"way": expected, "command": gate.command}


async def test_a_good_token_opens_a_session_in_a_cookie_for_tls_and_this_site_only() -> None:
    desk, releases = at(token_gate())
    async with client_of(desk) as client:
        answer = await client.post("/api/v1/session", json={"token": "good"})
        client.headers["X-Serinus-CSRF"] = answer.json()["csrf"]
        acted = await client.post(ACTIONS, json=WISH)

    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("__Host-serinus=", "HttpOnly", "SameSite=strict", "Secure", "Path=/"))
    assert "good" not in answer.text + cookie
    assert (answer.json()["name"], answer.json()["expires"]) == ("ana", NOW + CLUSTER_LASTS_S)
    assert acted.status_code == 202
    assert [one.by for one in releases.asked] == ["ana"]


@pytest.mark.parametrize("token", ["", "bad", "with space", "new\nline", "ünknown", "x" * 8192])
async def test_another_token_opens_nothing(token: str) -> None:
    async with client_of(at(token_gate())[0]) as client:
        answer = await client.post("/api/v1/session", json={"token": token})
        inside = await client.get("/api/v1/me")

    assert (answer.status_code, answer.json()["reason"]) == (401, "NotLetIn")
    assert "set-cookie" not in answer.headers
    assert inside.status_code == 401
    assert "paste a token" in inside.json()["detail"]


async def test_a_session_ends_with_its_token() -> None:
    token = jwt.encode({"exp": NOW + 60}, "k" * 32, algorithm="HS256")
    async with client_of(at(token_gate())[0]) as client:
        answer = await client.post("/api/v1/session", json={"token": token})

    assert answer.json()["expires"] == NOW + 60
    assert "Max-Age=60" in answer.headers["set-cookie"]


async def test_a_token_that_has_ended_already_opens_nothing_that_lasts() -> None:
    token = jwt.encode({"exp": NOW - 60}, "k" * 32, algorithm="HS256")
    async with client_of(at(token_gate())[0]) as client:
        await client.post("/api/v1/session", json={"token": token})
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_cluster_that_does_not_answer_lets_nobody_in() -> None:
    async with client_of(at(token_gate(error=ClusterError("create tokenreviews: ConnectError")))[0]) as client:
        answer = await client.post("/api/v1/session", json={"token": "good"})

    assert (answer.status_code, answer.json()["reason"]) == (503, "Unreadable")


async def test_a_forged_or_foreign_call_writes_nothing_on_a_cluster_either() -> None:
    desk, releases = at(token_gate())
    async with client_of(desk) as client:
        csrf = (await client.post("/api/v1/session", json={"token": "good"})).json()["csrf"]
        bare = await client.post(ACTIONS, json=WISH)
        guess = await client.post(ACTIONS, json=WISH, headers={"X-Serinus-CSRF": "guess"})
        plain = {"X-Serinus-CSRF": csrf, "Origin": "http://serinus.example.com"}
        foreign = await client.post(ACTIONS, json=WISH, headers=plain)
        rebound = await client.post(ACTIONS, json=WISH, headers={"X-Serinus-CSRF": csrf, "Host": "evil.example.com"})

    assert [one.status_code for one in (bare, guess, foreign, rebound)] == [403, 403, 403, 421]
    assert releases.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Remote-User": "root", "X-Forwarded-User": "root", "X-Forwarded-Email": "root@example.com"},
        {"X-Amzn-Oidc-Identity": "root", "X-Amzn-Oidc-Accesstoken": "x"},
        {"Authorization": "Bearer good"},
        {"Impersonate-User": "root", "Impersonate-Group": "system:masters"},
    ],
)
@pytest.mark.parametrize("gate", [token_gate(), sso_gate()], ids=["token", "sso"])
async def test_a_plain_header_is_nobody(gate: Gate, headers: dict[str, str]) -> None:
    desk, releases = at(gate)
    async with client_of(desk) as client:
        answers = [
            await client.post("/api/v1/session", json={}, headers=headers),
            await client.get("/api/v1/releases", headers=headers),
            await client.post(ACTIONS, json=WISH, headers=headers),
        ]

    assert [one.status_code for one in answers] == [401, 401, 401]
    assert releases.asked == []


async def test_who_the_load_balancer_has_signed_in_acts_under_their_name() -> None:
    desk, releases = at(sso_gate())
    async with client_of(desk) as client:
        opened = await client.post("/api/v1/session", json={}, headers=word())
        csrf = {"X-Serinus-CSRF": opened.json()["csrf"]}
        acted = await client.post(ACTIONS, json=WISH, headers=word() | csrf)
        forged = await client.post(ACTIONS, json=WISH, headers=word())

    assert (opened.json()["name"], acted.status_code, forged.status_code) == (BEA.name, 202, 403)
    assert [one.by for one in releases.asked] == [BEA.name]


async def test_a_cookie_without_the_load_balancers_word_or_with_anothers_is_nobody() -> None:
    async with client_of(at(sso_gate())[0]) as client:
        await client.post("/api/v1/session", json={}, headers=word())
        good = await client.get("/api/v1/me", headers=word())
        others = [
            await client.get("/api/v1/me", headers=headers)
            for headers in (
                {},
                word(email="eve@example.com"),
                word(groups=["shop"]),
                word(Balancer()),
                word(header={"exp": int(NOW) - 1}),
                word(header={"signer": ARN[:-1] + "0"}),
            )
        ]

    assert good.status_code == 200
    assert [one.status_code for one in others] == [401] * len(others)


async def test_keys_that_cannot_be_read_let_nobody_in_and_say_so() -> None:
    keys = Keys("https://127.0.0.1:1/", time.monotonic)
    async with client_of(at(SignOnGate(Trust(ARN), keys, lambda: NOW))[0]) as client:
        answer = await client.post("/api/v1/session", json={}, headers=word())

    assert (answer.status_code, answer.json()["reason"]) == (503, "SignOnUnavailable")


async def test_the_stream_is_for_those_the_load_balancer_speaks_of() -> None:
    async with client_of(at(sso_gate())[0]) as client:
        await client.post("/api/v1/session", json={}, headers=word())
        refused = await client.get("/api/v1/stream", headers=word(email="eve@example.com"))

    assert refused.status_code == 401
