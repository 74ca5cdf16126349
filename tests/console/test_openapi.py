"""The console against its own OpenAPI document: nobody gets what is not theirs, and nothing breaks, whatever is asked.
Cases are made by schemathesis, always the same ones, and travel over real HTTP.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import given
from jsonschema import Draft202012Validator
from schemathesis.generation import GenerationMode

from serinus.console.desk import Desk
from serinus.console.openapi import described
from serinus.console.operations import OPERATIONS
from serinus.console.port import Person
from serinus.console.server import serve
from serinus.release.status import Phase as Standing
from serinus.release.world import Verb
from tests.console.builders import FAULTED, NOW, FakeReleases, FakeRights, FakeTraces, a_desk, a_seen, a_summary
from tests.fuzzing import CHECKS, SHAPED, bounded

pytestmark = pytest.mark.timeout(300)
BOUNDED = bounded(15)
TUPLES = "report"  # schemathesis reads the document's prefixItems as of an older draft; it has a test of its own
OPEN = {one.name for one in OPERATIONS if one.open}
PERSONAL = {"me", "closeSession", "system"}  # what everybody who is signed in may ask, of themselves and of the console
NAMES = sorted(one.name for one in OPERATIONS)
ASKING = sorted(one.name for one in OPERATIONS if one.body or "{" in one.path or one.query.__struct_fields__)
THERE: Mapping[str, object] = {"namespace": "default", "name": "notification", "run": 1, "id": FAULTED}
NOWHERE: Mapping[str, object] = {}
Headers = Callable[[], dict[str, str]]


class Served:
    """`url` of a console over `desk`, and sessions without signing in."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk, self.url = desk, url

    def session(self) -> dict[str, str]:
        session = self.desk.sessions.open(Person("ana"), NOW + 60)
        port = self.url.rstrip("/").rpartition(":")[2]
        return {"Cookie": f"serinus-{port}={session.key}", "X-Serinus-CSRF": session.csrf}


@contextmanager
def served(desk: Desk) -> Iterator[Served]:
    """In a thread of its own, for schemathesis waits for its answers."""
    listening: Future[str] = Future()
    stopping: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def running() -> None:
        stop = asyncio.Event()
        stopping.set_result((asyncio.get_running_loop(), stop))
        await serve(desk, 0, listening.set_result, stop, signals=False)

    thread = threading.Thread(target=lambda: asyncio.run(running()))
    thread.start()
    try:
        yield Served(desk, listening.result(60))
    finally:
        loop, stop = stopping.result(60)
        loop.call_soon_threadsafe(stop.set)
        thread.join()


@pytest.fixture(scope="module")
def schema() -> Any:
    return schemathesis.openapi.from_dict(described())


@pytest.fixture(scope="module")
def everything() -> Iterator[Served]:
    """Somebody who may do all, with a release in the middle of its run."""
    traces = FakeTraces(a_summary())
    with served(a_desk(traces=traces, releases=FakeReleases(a_seen(Standing.ANALYSING, "")))) as running:
        yield running


@pytest.fixture(scope="module")
def nothing() -> Iterator[Served]:
    """Somebody who is signed in and may do nothing at all."""
    rights = FakeRights("get", "list", *Verb)
    with served(a_desk(rights=rights, releases=FakeReleases(a_seen(Standing.ANALYSING, "")))) as running:
        yield running


def answers(
    schema: Any, name: str, mode: GenerationMode, url: str, headers: Headers, there: Mapping[str, object] = NOWHERE
) -> list[Any]:
    """To all cases of one operation; each was checked against the document. `there`: parts of the path not made up."""
    made = [result.ok() for result in schema.get_all_operations()]
    operation = next(one for one in made if one.definition.raw["operationId"] == name)
    found: list[Any] = []
    checks = CHECKS if name == TUPLES else [*CHECKS, SHAPED]

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        case.path_parameters |= {key: value for key, value in there.items() if key in case.path_parameters}
        found.append(case.call_and_validate(base_url=url, headers=headers(), checks=checks, timeout=60))

    one()
    return found


def is_problem(answer: Any, *statuses: int) -> bool:
    kind: str = answer.headers["content-type"][0]
    return answer.status_code in statuses and kind == "application/problem+json"


@pytest.mark.parametrize("name", sorted(set(NAMES) - OPEN))
def test_who_has_not_signed_in_gets_nothing(schema: Any, everything: Served, name: str) -> None:
    found = answers(schema, name, GenerationMode.POSITIVE, everything.url, dict)

    assert found
    assert all(is_problem(answer, 401) for answer in found)


@pytest.mark.parametrize("name", sorted(set(NAMES) - OPEN - PERSONAL))
def test_who_may_nothing_is_refused_whatever_they_ask(schema: Any, nothing: Served, name: str) -> None:
    found = answers(schema, name, GenerationMode.POSITIVE, nothing.url, nothing.session)

    assert found
    assert all(is_problem(answer, 403) for answer in found)
    assert all(answer.json()["missing"] for answer in found)


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_asked_as_the_document_says_is_answered_as_it_says(
    schema: Any, everything: Served, name: str
) -> None:
    assert answers(schema, name, GenerationMode.POSITIVE, everything.url, everything.session)


@pytest.mark.parametrize("name", [one for one in NAMES if one != "openSession"])
def test_what_is_there_is_answered_as_the_document_says(schema: Any, everything: Served, name: str) -> None:
    found = answers(schema, name, GenerationMode.POSITIVE, everything.url, everything.session, THERE)
    expected = 409 if name in ("replay", "evidence") else next(one.status for one in OPERATIONS if one.name == name)
    wrong = {400} if name == "replay" else set()  # the document's shape allows policies that contradict themselves

    assert expected in {answer.status_code for answer in found} <= {expected, 409} | wrong


@pytest.mark.parametrize("name", ASKING)
def test_whatever_is_asked_wrongly_is_a_problem_and_never_a_fault(schema: Any, everything: Served, name: str) -> None:
    found = answers(schema, name, GenerationMode.NEGATIVE, everything.url, everything.session)

    assert found
    assert all(answer.status_code < 400 or is_problem(answer, 400, 401, 404, 405, 409, 413) for answer in found)
    assert any(answer.status_code >= 400 for answer in found)


def test_a_session_without_its_header_writes_nothing(schema: Any, everything: Served) -> None:
    releases = everything.desk.releases
    assert isinstance(releases, FakeReleases)
    before = len(releases.asked)
    found = answers(
        schema, "act", GenerationMode.POSITIVE, everything.url, lambda: {"Cookie": everything.session()["Cookie"]}
    )

    assert all(is_problem(answer, 403) for answer in found)
    assert len(releases.asked) == before


def test_a_report_is_shaped_as_the_document_says(everything: Served) -> None:
    shape = Draft202012Validator({"$ref": "#/components/schemas/Report", **described()})
    path = "api/v1/releases/default/notification/runs/1/report"
    answer = httpx2.get(everything.url + path, headers=everything.session(), timeout=60)

    assert answer.status_code == 200
    assert [error.message for error in shape.iter_errors(answer.json())] == []
    assert not shape.is_valid(answer.json() | {"facts": [["one"]]})
