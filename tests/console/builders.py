"""A world for tests of the console: releases in a dict, an X-Ray that answers from documents, a clock that stands."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2
from msgspec.structs import replace

from serinus.console.app import application
from serinus.console.desk import Desk
from serinus.console.port import Denied, Finding, Permission, Person, Pods, Seen
from serinus.console.session import Sessions
from serinus.console.site import laptop
from serinus.errors import TracesError
from serinus.release.run import Entry, Run
from serinus.release.status import Phase, Status
from serinus.release.world import Command
from tests.cli.builders import a_run
from tests.release.builders import a_release

STABLE, CANARY = "V1-Notification-Microservice", "V2-Notification-Microservice"
FAULTED, CLEAN = "1-67441000-0123456789abcdef01234567", "1-67441001-0123456789abcdef01234567"
NOW = 1100.0
PORT = 8900
BASE = f"http://127.0.0.1:{PORT}"


def a_segment(name: str, id_: str, start: float, end: float, **fields: Any) -> dict[str, Any]:
    document = {"name": name, "id": id_ * 16, "trace_id": FAULTED, "start_time": start, "end_time": end, **fields}
    return {"Id": id_ * 16, "Document": json.dumps(document)}


def a_faulted_trace() -> dict[str, Any]:
    """A caller, its call, and the canary that throws."""
    http = {"request": {"method": "GET", "url": "http://shop/info"}, "response": {"status": 500}}
    call = {"name": "127.0.0.1", "id": "b" * 16, "start_time": 1000.01, "end_time": 1000.09, "fault": True}
    cause = {"exceptions": [{"id": "e" * 16, "type": "shop.errors.OutOfStock", "message": "none left"}]}
    segments = [
        a_segment("caller", "a", 1000.0, 1000.1, http=http, fault=True, subsegments=[call]),
        a_segment(CANARY, "c", 1000.02, 1000.08, parent_id="b" * 16, fault=True, cause=cause, http=http),
    ]
    return {"Id": FAULTED, "Duration": 0.1, "Segments": segments}


def a_summary(trace_id: str = CLEAN, service: str = STABLE, **fields: Any) -> dict[str, Any]:
    return {
        "Id": trace_id,
        "StartTime": datetime.fromtimestamp(1000.5, UTC),
        "Duration": 0.02,
        "HasFault": False,
        "Http": {"HttpURL": "http://shop/info", "HttpMethod": "GET", "HttpStatus": 200},
        "ServiceIds": [{"Name": "caller"}, {"Name": service}],
        **fields,
    }


def a_seen(phase: Phase = Phase.ROLLED_BACK, outcome: str = "rolled back", **status: Any) -> Seen:
    standing = Status(phase=phase, run=1, weight=25, stable_version="V1", canary_version="V2", message="said")
    run = a_run(outcome)
    entry = Entry(1040.0, "RolledBack", "HarmFound", "faults | <b>", by="ana")
    run = replace(run, examples=(a_faulted_trace(),), ended=1040.0 if outcome else None, timeline=(entry,))
    return Seen(a_release(), replace(standing, **status), run, Pods(4, 4, STABLE), Pods(1, 1, CANARY))


class FakeReleases:
    """In memory."""

    def __init__(self, *seen: Seen) -> None:
        self.all = {(one.release.metadata.namespace, one.release.metadata.name): one for one in seen}
        self.asked: list[Command] = []

    async def keys(self) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(self.all))

    async def seen(self, namespace: str, name: str) -> Seen | None:
        return self.all.get((namespace, name))

    async def run(self, namespace: str, name: str, number: int) -> Run | None:
        seen = self.all.get((namespace, name))
        return seen.run if seen and seen.run.number == number else None

    async def ask(self, namespace: str, name: str, command: Command) -> None:
        del namespace, name
        self.asked.append(command)


class FakeTraces:
    """Answers from documents, or with an error."""

    def __init__(self, *summaries: dict[str, Any], error: TracesError | None = None) -> None:
        self.found, self.error = summaries, error
        self.expressions: list[str] = []

    def summaries(self, start: float, end: float, expression: str = "") -> list[dict[str, Any]]:
        self._fail()
        self.expressions.append(expression)
        return [one for one in self.found if start <= one["StartTime"].timestamp() < end]

    def batch_get(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        self._fail()
        return [a_faulted_trace()] if FAULTED in ids else []

    def service_graph(self, start: float, end: float) -> list[dict[str, Any]]:
        del start, end
        self._fail()
        return a_graph()

    def page(self, trace_id: str) -> str:
        return f"https://xray.test/{trace_id}"

    def calls_by_outcome(self) -> Mapping[tuple[str, str], int]:
        return {("batch_get_traces", "throttled"): 1, ("get_trace_summaries", "answered"): 12}

    def _fail(self) -> None:
        if self.error:
            raise self.error


def a_graph() -> list[dict[str, Any]]:
    counted = {
        "SummaryStatistics": {
            "TotalCount": 10,
            "FaultStatistics": {"TotalCount": 1},
            "ErrorStatistics": {"OtherCount": 2, "ThrottleCount": 3},
            "TotalResponseTime": 5.0,
        }
    }
    return [
        {"ReferenceId": 0, "Name": "caller", "Type": "client", "Edges": [{"ReferenceId": 1, **counted}]},
        {
            "ReferenceId": 1,
            "Name": CANARY,
            "Edges": [{"ReferenceId": 9}],
            **counted,
            "ResponseTimeHistogram": [{"Value": 0.1, "Count": 9}, {"Value": 0.9, "Count": 1}],
        },
    ]


class FakeRights:
    """Refuses the verbs it was given, or a verb in one namespace: `list shop`."""

    def __init__(self, *refused: str) -> None:
        self.refused = refused

    async def refusal(self, person: Person, verb: str, namespace: str) -> Denied | None:
        if not {verb, f"{verb} {namespace}"} & set(self.refused):
            return None
        return Denied(f"{person.name} needs {verb} in {namespace}", Permission(verb, "releases", namespace))


class FakeDoctor:
    async def findings(self) -> tuple[Finding, ...]:
        return (Finding("clock", ok=True, message="clocks agree"),)


def a_desk(
    *seen: Seen, traces: FakeTraces | None = None, rights: FakeRights | None = None, releases: Any = None
) -> Desk:
    return Desk(
        releases=releases or FakeReleases(*(seen or (a_seen(),))),
        traces=traces or FakeTraces(),
        rights=rights or FakeRights(),
        doctor=FakeDoctor(),
        sessions=Sessions(Person("ana")),
        clock=lambda: NOW,
        source="a test",
        xray="a fake",
        version="0",
    )


def a_client(desk: Desk, base: str = BASE) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=application(desk, laptop(PORT))), base_url=base)


@asynccontextmanager
async def signed_in(desk: Desk) -> AsyncIterator[httpx2.AsyncClient]:
    """A client with a session, its CSRF token in every request."""
    async with a_client(desk) as client:
        answer = await client.post("/api/v1/session", json={"token": desk.sessions.token()})
        client.headers["X-Serinus-CSRF"] = answer.json()["csrf"]
        yield client
