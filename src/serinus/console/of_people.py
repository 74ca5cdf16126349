"""Calls about who is asking and how the console itself is. In: the desk, a call. Out: documents, or problems."""

from __future__ import annotations

import logging
from typing import cast

from serinus.console.asked import Call
from serinus.console.desk import Desk
from serinus.console.port import Gate
from serinus.console.session import CLUSTER_LASTS_S, Session
from serinus.console.sight import sight
from serinus.console.site import Way
from serinus.console.wire import Calls, Entrance, Health, Me, Opening, Problem, System

log = logging.getLogger(__name__)


async def health(desk: Desk, call: Call) -> Health:
    del desk, call
    return Health(ok=True)


async def entrance(desk: Desk, call: Call) -> Entrance:
    del call
    return Entrance(desk.gate.way if desk.gate else Way.LINK, desk.gate.command if desk.gate else "")


async def open_session(desk: Desk, call: Call) -> Session | Problem:
    token = cast("Opening", call.body).token
    return await _admitted(desk, desk.gate, token, call) if desk.gate else _exchanged(desk, token)


def _exchanged(desk: Desk, token: str) -> Session | Problem:
    session = desk.sessions.exchange(token, desk.clock())
    if session is None:
        detail = "this link has been used or is not ours; run `serinus ui` again for a fresh one"
        return Problem("The link is spent", 401, "TokenSpent", detail)
    return session


async def _admitted(desk: Desk, gate: Gate, token: str, call: Call) -> Session | Problem:
    entry = await gate.admit(token, call.headers)
    if isinstance(entry, str):
        log.info("not let in: %s", entry)
        return Problem("Not let in", 401, "NotLetIn", entry)
    log.info("%s is let in", entry.person.name)
    latest = desk.clock() + CLUSTER_LASTS_S
    return desk.sessions.open(entry.person, min(latest, entry.expires or latest))


async def close_session(desk: Desk, call: Call) -> Health:
    assert call.session is not None
    desk.sessions.close(call.session.key)
    return Health(ok=True)


async def me(desk: Desk, call: Call) -> Me:
    assert call.session is not None
    return as_me(desk, call.session)


def as_me(desk: Desk, session: Session) -> Me:
    """The session without its key."""
    return Me(session.person.name, session.csrf, desk.source, session.expires)


async def system(desk: Desk, call: Call) -> System:
    seen = await sight(desk, call.person)
    return System(
        version=desk.version,
        source=desk.source,
        xray=desk.xray,
        releases=0 if isinstance(seen, Problem) else len(seen.keys),
        listeners=desk.feed.listeners,
        findings=await desk.doctor.findings(),
        calls=_calls(desk),
        since=desk.began,
        now=desk.clock(),
    )


def _calls(desk: Desk) -> tuple[Calls, ...]:
    """Under the names that AWS gives them, the most frequent first."""
    counted = sorted(desk.traces.calls_by_outcome().items(), key=lambda item: -item[1])
    return tuple(Calls(name.title().replace("_", ""), outcome, count) for (name, outcome), count in counted)
