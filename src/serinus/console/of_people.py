"""Calls about who is asking and how the console itself is. In: the desk, a call. Out: documents, or problems."""

from __future__ import annotations

from typing import cast

from serinus.console.asked import Call
from serinus.console.desk import Desk
from serinus.console.session import Session
from serinus.console.wire import Health, Me, Opening, Problem, System


async def health(desk: Desk, call: Call) -> Health:
    del desk, call
    return Health(ok=True)


async def open_session(desk: Desk, call: Call) -> Session | Problem:
    session = desk.sessions.exchange(cast("Opening", call.body).token, desk.clock())
    if session is None:
        detail = "this link has been used or is not ours; run `serinus ui` again for a fresh one"
        return Problem("The link is spent", 401, "TokenSpent", detail)
    return session


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
    del call
    return System(
        version=desk.version,
        source=desk.source,
        xray=desk.xray,
        releases=len(await desk.releases.keys()),
        listeners=desk.feed.listeners,
        findings=await desk.doctor.findings(),
        now=desk.clock(),
    )
