"""The API, one line a call. In: nothing. Out: the table from which routes, OpenAPI and the page's types are made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from serinus.console import of_people, of_releases, of_traces, wire
from serinus.console.answers import File, Lines
from serinus.console.asked import Call, Dealing, Nothing, OfRelease, OfRun, OfTrace, Page, Range, Search
from serinus.console.desk import Desk
from serinus.console.report import Report
from serinus.release.spec import Analysis

Handler = Callable[[Desk, Call], Awaitable[object]]


class Operation(Struct, frozen=True):
    """`answer`: the document's type, File or Lines for something to save. `open`: needs no session.
    `right`: the verb on releases that the namespace in the path asks for; the others look for themselves.
    """

    method: str
    path: str
    name: str
    summary: str
    handler: Handler
    answer: type[Any]
    asked: type[Struct] = Nothing
    query: type[Struct] = Nothing
    body: type[Struct] | None = None
    status: int = 200
    open: bool = False
    right: str = ""


_RELEASE = "/api/v1/releases/{namespace}/{name}"
_RUN = f"{_RELEASE}/runs/{{run}}"

OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/api/v1/health", "health", "Alive", of_people.health, wire.Health, open=True),
    Operation("GET", "/api/v1/session", "entrance", "How one comes in", of_people.entrance, wire.Entrance, open=True),
    Operation(
        "POST",
        "/api/v1/session",
        "openSession",
        "Come in: by a one-time token, a token of the cluster, or as the load balancer says",
        of_people.open_session,
        wire.Me,
        body=wire.Opening,
        open=True,
    ),
    Operation("DELETE", "/api/v1/session", "closeSession", "Sign out", of_people.close_session, wire.Health),
    Operation("GET", "/api/v1/me", "me", "Who is asking", of_people.me, wire.Me),
    Operation("GET", "/api/v1/system", "system", "The console and X-Ray", of_people.system, wire.System),
    Operation(
        "GET", "/api/v1/releases", "releases", "All releases", of_releases.releases, wire.ReleaseList, query=Page
    ),
    Operation("GET", "/api/v1/policies", "policies", "Policies, who uses them", of_releases.used, wire.PolicyList),
    Operation("GET", _RELEASE, "release", "One release", of_releases.release, wire.ReleaseView, OfRelease, right="get"),
    Operation("GET", f"{_RELEASE}/runs", "runs", "Its runs", of_releases.runs, wire.RunList, OfRelease, right="get"),
    Operation("GET", _RUN, "run", "One run's record", of_releases.run, wire.RunView, OfRun, right="get"),
    Operation("GET", f"{_RUN}/proof", "proof", "Its traces", of_releases.proof, wire.Proof, OfRun, right="get"),
    Operation(
        "GET", f"{_RUN}/report", "report", "Its post-mortem", of_releases.report_json, Report, OfRun, right="get"
    ),
    Operation(
        "GET",
        f"{_RUN}/report.md",
        "reportMarkdown",
        "as Markdown",
        of_releases.report_markdown,
        File,
        OfRun,
        right="get",
    ),
    Operation(
        "GET", f"{_RUN}/report.html", "reportHtml", "as a page", of_releases.report_html, File, OfRun, right="get"
    ),
    Operation("GET", f"{_RUN}/evidence", "evidence", "Its log", of_releases.evidence, Lines, OfRun, right="get"),
    Operation(
        "POST",
        f"{_RUN}/replay",
        "replay",
        "By another policy",
        of_releases.replay,
        wire.Replay,
        OfRun,
        query=Dealing,
        body=Analysis,
        right="get",
    ),
    Operation(
        "POST",
        f"{_RELEASE}/actions",
        "act",
        "Promote, pause, resume, abort, retry",
        of_releases.act,
        wire.Accepted,
        OfRelease,
        body=wire.Wish,
        status=202,
    ),
    Operation("GET", "/api/v1/traces", "traces", "Newest traces", of_traces.traces, wire.TraceList, query=Search),
    Operation("GET", "/api/v1/traces/{id}", "trace", "One trace", of_traces.trace, wire.TraceView, OfTrace),
    Operation("GET", "/api/v1/map", "map", "The service map", of_traces.graph, wire.Graph, query=Range),
)
