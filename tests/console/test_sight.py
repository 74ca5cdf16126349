"""What somebody sees who may list releases in one namespace, or in none."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from serinus.console.doors import _audience
from serinus.console.operations import OPERATIONS, Operation
from serinus.console.port import Denied, Person, Pods, Seen
from serinus.errors import ClusterError
from serinus.release.status import Phase
from tests.console.builders import (
    CANARY,
    CLEAN,
    FAULTED,
    NOW,
    STABLE,
    FakeReleases,
    FakeRights,
    FakeTraces,
    a_desk,
    a_seen,
    a_summary,
    signed_in,
)

RELEASE = "/api/v1/releases/{}/notification"
ELSEWHERE = "1-67441002-0123456789abcdef01234567"


def of(namespace: str, stable: str = STABLE, canary: str = CANARY) -> Seen:
    seen = a_seen(Phase.ANALYSING, "")
    release = replace(seen.release, metadata=replace(seen.release.metadata, namespace=namespace))
    run = replace(seen.run, examples=())
    return replace(seen, release=release, run=run, stable=Pods(service=stable), canary=Pods(service=canary))


def a_cluster(*refused: str) -> Any:
    """Two teams; whoever asks may not list everywhere."""
    seen = (of("shop"), of("pay", "V1-Ledger", "V2-Ledger"))
    traces = FakeTraces(a_summary(CLEAN, STABLE), a_summary(ELSEWHERE, "V1-Ledger"))
    return a_desk(*seen, traces=traces, rights=FakeRights("list ", *refused))


async def test_only_the_releases_of_ones_own_namespaces_are_listed_and_counted() -> None:
    async with signed_in(a_cluster("list pay")) as client:
        items = (await client.get("/api/v1/releases")).json()["items"]
        counted = (await client.get("/api/v1/system")).json()["releases"]

    assert [item["namespace"] for item in items] == ["shop"]
    assert counted == 1


async def test_a_trace_is_seen_if_it_touches_a_release_of_ones_own() -> None:
    async with signed_in(a_cluster("list pay")) as client:
        found = (await client.get("/api/v1/traces")).json()
        mine = await client.get(f"/api/v1/traces/{FAULTED}")
    async with signed_in(a_cluster("list shop")) as client:
        other = await client.get(f"/api/v1/traces/{FAULTED}")

    assert ([row["id"] for row in found["items"]], found["total"]) == ([CLEAN], 1)
    assert (mine.status_code, other.status_code) == (200, 404)


async def test_the_map_shows_ones_own_versions_and_their_neighbours() -> None:
    async with signed_in(a_cluster("list pay")) as client:
        mine = (await client.get("/api/v1/map")).json()
    async with signed_in(a_cluster("list shop")) as client:
        other = (await client.get("/api/v1/map")).json()

    assert {node["name"] for node in mine["nodes"]} == {"client", CANARY}
    assert (other["nodes"], other["edges"]) == ([], [])


LISTS = ["/api/v1/releases", "/api/v1/policies", "/api/v1/traces", f"/api/v1/traces/{FAULTED}", "/api/v1/map"]


async def test_only_policies_of_ones_own_releases_are_told() -> None:
    async with signed_in(a_cluster("list pay")) as client:
        items = (await client.get("/api/v1/policies")).json()["items"]

    assert [item["releases"] for item in items] == [["shop/notification"]]


@pytest.mark.parametrize("path", LISTS)
async def test_who_may_list_nowhere_is_told_so_and_what_is_missing(path: str) -> None:
    async with signed_in(a_cluster("list pay", "list shop")) as client:
        answer = await client.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert answer.json()["missing"] == {"verb": "list", "resource": "releases", "namespace": ""}
    assert "nor in any namespace" in answer.json()["detail"]


async def test_where_there_is_no_release_at_all_the_list_is_empty_for_everybody() -> None:
    async with signed_in(a_desk(releases=FakeReleases(), rights=FakeRights("list"))) as client:
        assert (await client.get("/api/v1/releases")).json()["items"] == []


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.right], ids=lambda one: one.name)
async def test_a_release_is_read_by_those_who_may_get_it_there_or_not(operation: Operation) -> None:
    path = operation.path.format(namespace="shop", name="nothing", run=1)
    async with signed_in(a_desk(rights=FakeRights("get shop"))) as client:
        answer = await client.request(operation.method, path, json={})

    assert (answer.status_code, answer.json()["reason"]) == (403, "Refused")
    assert answer.json()["missing"] == {"verb": "get", "resource": "releases", "namespace": "shop"}


def test_every_call_about_one_release_asks_for_a_right() -> None:
    assert {one.name for one in OPERATIONS if "{namespace}" in one.path and not one.right} == {"act"}


async def test_an_action_needs_its_own_verb_whether_or_not_the_release_is_there() -> None:
    releases = FakeReleases(of("shop"))
    async with signed_in(a_desk(releases=releases, rights=FakeRights("abort shop", "get shop"))) as client:
        wish = {"verb": "abort", "reason": "harm seen"}
        refused = [await client.post(f"{RELEASE.format('shop')}/actions", json=wish)]
        refused.append(await client.post("/api/v1/releases/shop/nothing/actions", json=wish))
        allowed = await client.post(f"{RELEASE.format('shop')}/actions", json=wish | {"verb": "pause"})

    assert {one.json()["missing"]["verb"] for one in refused} == {"abort"}
    assert allowed.status_code == 202
    assert [one.verb for one in releases.asked] == ["pause"]


class Sometimes(FakeRights):
    """Cannot be asked about the namespaces in `silent`."""

    def __init__(self) -> None:
        super().__init__("list ")
        self.silent: set[str] = set()

    async def refusal(self, person: Person, verb: str, namespace: str) -> Denied | None:
        if namespace in self.silent:
            raise ClusterError("create subjectaccessreviews: ConnectError")
        return await super().refusal(person, verb, namespace)


async def test_a_stream_whose_rights_cannot_be_asked_for_ends_before_that_news_and_tells_it_later() -> None:
    rights = Sometimes()
    desk = a_desk(rights=rights)
    session = desk.sessions.open(Person("ana"), NOW + 60)
    for name in ("a", "b", "c"):
        desk.feed.push("release", name, name)

    async def told(last: int) -> list[str]:
        stream = desk.feed.listen(f"{desk.feed.boot}-{last}", desk.clock, _audience(desk, session), beat_s=0.01)
        found: list[str] = []
        async for event in stream:
            found.append(event.decode().split("data: ")[1].strip())
            if len(found) == 2:
                break
        return found

    rights.silent = {"b"}
    assert await told(0) == ['"a"']
    rights.silent = set()
    assert await told(1) == ['"b"', '"c"']
