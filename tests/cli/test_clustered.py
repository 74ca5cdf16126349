from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from msgspec.structs import replace

from serinus.cli.clustered import MOST_RIGHTS, RESTING_S, RIGHTS_S, ClusterReleases, ClusterRights, light
from serinus.console.port import Denied, Permission, Person, Pods
from serinus.errors import ClusterError
from serinus.judge.evidence import Evidence
from serinus.kube.documents import run_fields
from serinus.kube.kinds import COMMAND, RELEASE, RUN, Json, Kind
from serinus.kube.reviews import Subject
from serinus.release.run import Run
from serinus.release.status import Phase, Status
from serinus.release.world import Command, Verb
from tests.cli.builders import TRACE, a_run
from tests.cli.test_kubernetes import a_deployment, a_resource
from tests.release.builders import V1

ANA = Person("ana", ("shop",))


class FakeApi:
    """Objects by kind and name; `calls`: what was asked, in order."""

    def __init__(self, *documents: Json) -> None:
        self.documents = list(documents)
        self.runs: dict[str, Json] = {}
        self.deployments: dict[str, Json] = {}
        self.calls: list[str] = []
        self.changes: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        self.told = asyncio.Event()
        self.annotations: list[tuple[str, Mapping[str, str]]] = []

    async def get(self, kind: Kind, namespace: str, name: str) -> Json | None:
        self.calls.append(f"get {kind.plural} {namespace}/{name}")
        return (self.runs if kind is RUN else self.deployments).get(name)

    async def listed(self, kind: Kind, namespace: str) -> tuple[list[Json], str]:
        assert kind is RELEASE
        self.calls.append(f"list {namespace}")
        return self.documents, "1"

    async def watch(self, kind: Kind, namespace: str, version: str, quiet_s: float) -> AsyncIterator[tuple[str, Json]]:
        assert (kind, version, quiet_s > 0) == (RELEASE, "1", True)
        self.calls.append(f"watch {namespace}")
        while True:
            yield await self.changes.get()
            self.told.set()

    async def change(self, word: str, document: Json) -> None:
        """Returns once it was heard."""
        self.told.clear()
        await self.changes.put((word, document))
        await self.told.wait()

    async def annotate(self, kind: Kind, namespace: str, name: str, annotations: Mapping[str, str]) -> bool:
        assert kind is RELEASE
        self.annotations.append((f"{namespace}/{name}", annotations))
        return any(one["metadata"]["name"] == name for one in self.documents)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def versioned(version: str, **status: Any) -> Json:
    document = a_resource(**status)
    document["metadata"]["resourceVersion"] = version
    return document


def a_world(**status: Any) -> tuple[FakeApi, ClusterReleases, Clock]:
    api, clock = FakeApi(versioned("1", **status)), Clock()
    api.deployments[V1] = a_deployment(V1, "n:5", 3)
    run = replace(a_run(""), examples=({"Id": TRACE, "Segments": []},))
    api.runs["notification-1"] = {"metadata": {"name": "notification-1"}, "status": run_fields(run)}
    return api, ClusterReleases(api, ("*",), clock), clock


async def test_a_release_is_seen_with_its_run_and_pods_and_traces_only_by_id() -> None:
    _, releases, _ = a_world(phase=Phase.ANALYSING, run=1)
    seen = await releases.seen("shop", "notification")
    whole = await releases.run("shop", "notification", 1)

    assert await releases.keys() == (("shop", "notification"),)
    assert seen is not None
    assert (seen.status.phase, seen.run.number, seen.stable, seen.canary) == ("Analysing", 1, Pods(3, 3, V1), Pods())
    assert (seen.run.examples, seen.run.evidence) == (({"Id": TRACE},), Evidence())
    assert whole is not None
    assert "Segments" in whole.examples[0]


async def test_what_is_not_shown_is_not_read_either() -> None:
    api, releases, _ = a_world(phase=Phase.ANALYSING, run=1)

    assert await releases.seen("pay", "notification") is None
    assert await releases.run("pay", "notification", 1) is None
    assert api.calls[:1] == ["list *"]
    assert not [one for one in api.calls if one.startswith("get")]


async def test_releases_are_listed_once_and_what_changes_is_heard_at_once() -> None:
    api, releases, _ = a_world(phase=Phase.PROMOTED, run=1)
    for _ in range(3):
        await releases.seen("shop", "notification")
    once = sorted(api.calls)
    await api.change("MODIFIED", versioned("2", phase=Phase.ANALYSING, run=1))
    changed = await releases.seen("shop", "notification")
    await releases.close()

    assert once[-2:] == ["list *", "watch *"]
    assert len(once) == 5
    assert changed is not None
    assert changed.status.phase is Phase.ANALYSING
    assert api.calls.count("list *") == 1


async def test_a_release_at_rest_is_looked_at_again_after_a_while_and_forgotten_when_gone() -> None:
    api, releases, clock = a_world()
    before = await releases.seen("shop", "notification")
    api.deployments.clear()
    clock.now = RESTING_S
    await api.change("MODIFIED", versioned("1"))
    after = await releases.seen("shop", "notification")
    await api.change("DELETED", versioned("1"))

    assert before is not None
    assert after is not None
    assert (before.status, before.stable.ready, after.stable.ready) == (Status(), 3, 0)
    assert await releases.seen("shop", "notification") is None
    assert releases._looks == {}


async def test_one_release_that_cannot_be_read_hides_no_other_and_is_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = versioned("1")
    broken["metadata"]["name"] = "broken"
    broken["spec"] = {**broken["spec"], "bake": "soon"}
    api, releases, clock = a_world()
    api.documents.append(broken)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert await releases.seen("shop", "broken") is None
            clock.now += RESTING_S
            await api.change("MODIFIED", broken)
    assert await releases.seen("shop", "notification") is not None
    assert len([one for one in caplog.messages if "shop/broken cannot be shown: spec.bake" in one]) == 1


async def test_a_wish_becomes_the_annotation_and_is_logged_with_its_person(caplog: pytest.LogCaptureFixture) -> None:
    api, releases, _ = a_world()
    command = Command("1", Verb.PAUSE, "ana", "look first")
    with caplog.at_level(logging.INFO):
        await releases.ask("shop", "notification", command)
    ((where, annotations),) = api.annotations

    assert where == "shop/notification"
    assert '"by":"ana"' in annotations[COMMAND]
    assert "ana asks to pause shop/notification: 'look first'" in caplog.messages
    with pytest.raises(ClusterError, match="it is gone"):
        await releases.ask("shop", "other", command)


def test_a_light_record_keeps_what_a_list_shows() -> None:
    run = replace(a_run(), evidence=Evidence(found_at=7.0), examples=({"Id": TRACE, "Segments": [1]},))

    assert light(run) == replace(run, evidence=Evidence(found_at=7.0), examples=({"Id": TRACE},))
    assert light(Run()) == Run()


class FakeReviews:
    """Allows what it was told to; counts the questions."""

    def __init__(self, *allowed: tuple[str, str]) -> None:
        self.allowing, self.asked = set(allowed), 0

    async def allowed(self, subject: Subject, verb: str, namespace: str) -> bool:
        assert subject.name
        self.asked += 1
        return (verb, namespace) in self.allowing


async def test_a_refusal_names_the_person_the_verb_the_resource_and_the_place() -> None:
    rights = ClusterRights(FakeReviews(("get", "shop")))

    assert await rights.refusal(ANA, "get", "shop") is None
    assert await rights.refusal(ANA, "promote", "shop") == Denied(
        "ana may not promote canaryreleases.serinus.dev in namespace shop",
        Permission("promote", "canaryreleases.serinus.dev", "shop"),
    )
    everywhere = await rights.refusal(ANA, "list", "")
    assert everywhere is not None
    assert everywhere.why.endswith("in all namespaces")


async def test_an_answer_is_good_for_a_few_seconds_and_for_one_person_only() -> None:
    reviews, clock = FakeReviews(("get", "shop")), Clock()
    rights = ClusterRights(reviews, clock)
    for _ in range(3):
        await rights.refusal(ANA, "get", "shop")
    assert reviews.asked == 1
    reviews.allowing.clear()
    for other in (Person("bea", ("shop",)), Person("ana"), replace(ANA, uid="2"), replace(ANA, extra=(("a", ()),))):
        assert await rights.refusal(other, "get", "shop") is not None
    clock.now = RIGHTS_S
    assert await rights.refusal(ANA, "get", "shop") is not None


async def test_what_is_remembered_of_rights_is_bounded() -> None:
    rights = ClusterRights(FakeReviews())
    for number in range(MOST_RIGHTS + 10):
        await rights.refusal(ANA, "get", f"n{number}")
    assert len(rights._known) == MOST_RIGHTS
