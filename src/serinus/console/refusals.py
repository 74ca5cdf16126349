"""Who is let in. In: what a request says of itself, the sessions, the time. Out: a Problem, or None: go on.
A page of another site can make a browser call loopback; Host, Origin, the cookie's SameSite and a header stop it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from serinus.console.session import Session
from serinus.console.wire import Problem

CSRF_HEADER = "x-serinus-csrf"
SAFE = ("GET", "HEAD", "OPTIONS")
NAMES = ("127.0.0.1", "localhost", "[::1]")


def stranger(headers: Mapping[str, str], port: int) -> Problem | None:
    """The name it was called by and the page that called must be our own (DNS rebinding, other sites)."""
    own = {f"{name}:{port}" for name in NAMES}
    host = headers.get("host", "")
    if host not in own:
        return Problem("Not our name", 421, "WrongHost", f"Host must be one of {', '.join(sorted(own))}, got {host!r}")
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return Problem("Called by another site", 403, "WrongOrigin", f"Origin must be http://{host}, got {origin!r}")
    return None


def unknown(session: Session | None) -> Problem | None:
    """Nothing is read or written without a session."""
    if session is not None:
        return None
    return Problem(
        "Not signed in", 401, "NoSession", "open the URL that `serinus ui` has printed; it opens one session"
    )


def forged(method: str, headers: Mapping[str, str], session: Session) -> Problem | None:
    """What changes something must carry the session's token in a header no form can set."""
    if method in SAFE:
        return None
    given = headers.get(CSRF_HEADER, "")
    if hmac.compare_digest(given.encode("utf-8", "replace"), session.csrf.encode()):
        return None
    return Problem(
        "Not sent by our page", 403, "WrongCsrf", f"the header {CSRF_HEADER} must repeat the session's token"
    )
