"""EDGE Calls about releases. In: the desk, a checked call. Out: documents, or problems as values."""

from __future__ import annotations

import asyncio
import uuid
from itertools import chain
from typing import cast

import msgspec
import numpy as np
from msgspec.structs import replace

from serinus.console.actions import acts
from serinus.console.answers import File, Lines
from serinus.console.asked import Call, Dealing, OfRelease, OfRun, Page
from serinus.console.desk import Desk
from serinus.console.policies import policies
from serinus.console.port import Seen
from serinus.console.refusals import denied
from serinus.console.replayed import replayed
from serinus.console.report import Report, as_html, as_markdown, report
from serinus.console.rows import row, run_view, view
from serinus.console.sight import sight
from serinus.console.spans import as_row, causes
from serinus.console.tracerows import Sides, trace_row, twin
from serinus.console.wire import (
    Accepted,
    PolicyList,
    Problem,
    Proof,
    ReleaseList,
    ReleaseView,
    Replay,
    RunList,
    RunView,
    TraceRow,
    Wish,
)
from serinus.errors import TracesError
from serinus.release.run import Run
from serinus.release.spec import Analysis
from serinus.release.verbs import in_the_way, unfit
from serinus.release.world import Command, Verb

MOST_RUNS = 50
EXAMPLES = 6
NEAR_S = 60.0
KEPT_S = 30 * 86_400.0  # X-Ray's retention
SEED = 1
NO_LOG = Problem(
    "No log of this run",
    409,
    "NoLog",
    "its evidence, look by look, is not there, or no more: it is kept for a release's ten newest runs, on a cluster by "
    "serinus operator --evidence DIR as long as that directory lasts; serinus console --evidence-url reads it there",
)


async def releases(desk: Desk, call: Call) -> ReleaseList | Problem:
    page, mine = cast("Page", call.query), await sight(desk, call.person)
    if isinstance(mine, Problem):
        return mine
    after = tuple(page.after.split("/", 1))
    keys = [key for key in mine.keys if key > after]
    found = [await desk.releases.seen(*key) for key in keys[: page.limit]]
    more = "/".join(keys[page.limit - 1]) if len(keys) > page.limit else ""
    return ReleaseList(tuple(row(seen, desk.clock()) for seen in found if seen), more)


async def used(desk: Desk, call: Call) -> PolicyList | Problem:
    mine = await sight(desk, call.person)
    if isinstance(mine, Problem):
        return mine
    found = [await desk.releases.seen(*key) for key in mine.keys]
    return policies(seen for seen in found if seen)


async def release(desk: Desk, call: Call) -> ReleaseView | Problem:
    path = cast("OfRelease", call.path)
    seen = await desk.releases.seen(path.namespace, path.name)
    if seen is None:
        return _no_release(path)
    return view(seen, acts(seen.status, await _refusals(desk, call, path)), desk.clock())


async def runs(desk: Desk, call: Call) -> RunList | Problem:
    path = cast("OfRelease", call.path)
    seen = await desk.releases.seen(path.namespace, path.name)
    if seen is None:
        return _no_release(path)
    last = seen.status.run
    numbers = range(last, max(0, last - MOST_RUNS), -1)
    found = [await desk.releases.run(path.namespace, path.name, number) for number in numbers]
    return RunList(tuple(shown for one in found if one and (shown := run_view(one, brief=True))))


async def run(desk: Desk, call: Call) -> RunView | Problem:
    found = await _run(desk, cast("OfRun", call.path))
    if isinstance(found, Problem):
        return found
    return run_view(found[1]) or _no_run(cast("OfRun", call.path))


async def proof(desk: Desk, call: Call) -> Proof | Problem:
    found = await _run(desk, cast("OfRun", call.path))
    return found if isinstance(found, Problem) else await _proof(desk, *found)


async def report_json(desk: Desk, call: Call) -> Report | Problem:
    found = await _run(desk, cast("OfRun", call.path))
    if isinstance(found, Problem):
        return found
    shown = run_view(found[1])
    proven = await _proof(desk, *found)
    return report(found[0].release, shown, proven.causes) if shown else _no_run(cast("OfRun", call.path))


async def report_markdown(desk: Desk, call: Call) -> File | Problem:
    made = await report_json(desk, call)
    name = "-".join(str(part) for part in msgspec.structs.astuple(call.path))
    return made if isinstance(made, Problem) else File(as_markdown(made).encode(), "text/markdown", f"{name}.md")


async def report_html(desk: Desk, call: Call) -> File | Problem:
    made = await report_json(desk, call)
    name = "-".join(str(part) for part in msgspec.structs.astuple(call.path))
    return made if isinstance(made, Problem) else File(as_html(made).encode(), "text/html", f"{name}.html")


async def replay(desk: Desk, call: Call) -> Replay | Problem:
    """The same dice each time: asked again, the answer is the same."""
    path, analysis = cast("OfRun", call.path), cast("Analysis", call.body)
    found = await _run(desk, path)
    if isinstance(found, Problem):
        return found
    policy = analysis.policy()

    def judged() -> Replay | None:
        lines = desk.logs.lines(path.namespace, path.name, path.run)
        return replayed(lines, policy, cast("Dealing", call.query).deals, np.random.default_rng(SEED))

    return await asyncio.to_thread(judged) or NO_LOG


async def evidence(desk: Desk, call: Call) -> Lines | Problem:
    """The first line is read here: what can be refused is refused before anything is sent."""
    path = cast("OfRun", call.path)
    found = await _run(desk, path)
    if isinstance(found, Problem):
        return found
    lines = desk.logs.lines(path.namespace, path.name, path.run)
    first = await asyncio.to_thread(next, lines, b"")
    name = f"{path.namespace}-{path.name}-{path.run}.evidence.ndjson"
    return Lines(chain((first,), lines), "application/x-ndjson", name) if first else NO_LOG


async def act(desk: Desk, call: Call) -> Accepted | Problem:
    path, wish = cast("OfRelease", call.path), cast("Wish", call.body)
    if refused := await desk.rights.refusal(call.person, wish.verb, path.namespace):
        return denied(refused)
    seen = await desk.releases.seen(path.namespace, path.name)
    if seen is None:
        return _no_release(path)
    if why := unfit(seen.status, wish.verb, full=wish.full):
        return Problem("Not now", 409, "NotNow", f"{wish.verb}: {why}")
    if earlier := in_the_way(seen.command, seen.status, wish.verb):
        return Problem("Not now", 409, "Waiting", f"{wish.verb}: {earlier}")
    command = Command(uuid.uuid4().hex, wish.verb, call.person.name, wish.reason.strip(), wish.full)
    await desk.releases.ask(path.namespace, path.name, command)
    return Accepted(command.id, command.verb, command.by, command.reason)


async def _refusals(desk: Desk, call: Call, path: OfRelease) -> dict[Verb, str]:
    answers = await asyncio.gather(*(desk.rights.refusal(call.person, verb, path.namespace) for verb in Verb))
    return {verb: answer.why for verb, answer in zip(Verb, answers, strict=True) if answer}


async def _run(desk: Desk, path: OfRun) -> tuple[Seen, Run] | Problem:
    seen = await desk.releases.seen(path.namespace, path.name)
    if seen is None:
        return _no_release(OfRelease(path.namespace, path.name))
    found = await desk.releases.run(path.namespace, path.name, path.run)
    return (seen, found) if found else _no_run(path)


async def _proof(desk: Desk, seen: Seen, run: Run) -> Proof:
    """From the record when the run is over, from X-Ray while it goes on."""
    ids, note = (run.verdict.examples if run.verdict else ())[:EXAMPLES], ""
    documents = list(run.examples)
    sides = Sides(frozenset({seen.stable.service}), frozenset({seen.canary.service}))
    worst_twin: TraceRow | None = None
    try:
        if ids and not documents:
            documents = await asyncio.to_thread(desk.traces.batch_get, ids)
        if documents:
            worst_twin = await _twin(desk, as_row(documents[0], sides), seen.stable.service, sides)
    except TracesError as error:
        note = f"X-Ray does not answer, so the record is all there is: {error}"
    shown = [_linked(desk, as_row(document, sides)) for document in documents]
    by_time = sorted(shown, key=lambda one: one.duration)
    strata = {example.trace_id: example.stratum for example in run.evidence.examples}
    return Proof(
        causes=causes(documents, strata),
        worst=shown[0] if shown else None,
        typical=by_time[len(by_time) // 2] if len(by_time) > 1 else None,
        twin=_linked(desk, worst_twin) if worst_twin else None,
        note=note,
    )


def _linked(desk: Desk, found: TraceRow) -> TraceRow:
    """With X-Ray's own page, as long as X-Ray keeps traces."""
    return replace(found, link=desk.traces.page(found.id)) if desk.clock() - found.at < KEPT_S else found


async def _twin(desk: Desk, worst: TraceRow, stable: str, sides: Sides) -> TraceRow | None:
    expression = f'service("{stable}") AND ok AND http.method = "{worst.method}"'.replace(' AND http.method = ""', "")
    found = await asyncio.to_thread(desk.traces.summaries, worst.at - NEAR_S, worst.at + NEAR_S, expression)
    return twin(replace(worst, side="canary"), (trace_row(one, sides) for one in found))


def _no_release(path: OfRelease) -> Problem:
    return Problem("No such release", 404, "NoSuchRelease", f"no release {path.name!r} in {path.namespace!r}")


def _no_run(path: OfRun) -> Problem:
    return Problem("No such run", 404, "NoSuchRun", f"{path.namespace}/{path.name} has no record of run {path.run}")
