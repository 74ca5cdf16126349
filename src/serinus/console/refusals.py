"""Who is let in. In: what a request says of itself, the site, the sessions, the time. Out: a Problem, or None: go on.
A page of another site can make a browser call us; Host, Origin, the cookie's SameSite and a header stop it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from serinus.console.port import Denied
from serinus.console.session import Session
from serinus.console.site import Site, Way
from serinus.console.wire import Problem

CSRF_HEADER = "x-serinus-csrf"
SAFE = ("GET", "HEAD", "OPTIONS")
HOW = {
    Way.LINK: "open the URL that `serinus ui` has printed; it opens one session",
    Way.TOKEN: "paste a token of this cluster on the page /login",
    Way.SSO: "sign in where the load balancer sends you; open the page anew",
}


def stranger(headers: Mapping[str, str], site: Site) -> Problem | None:
    """The name it was called by and the page that called must be our own (DNS rebinding, other sites)."""
    host, origin = headers.get("host", "").lower(), headers.get("origin")
    if host not in site.hosts:
        detail = f"Host must be one of {', '.join(sorted(site.hosts))}, got {host!r}"
        return Problem("Not our name", 421, "WrongHost", detail)
    own = next(one for one in site.origins if one.endswith(f"://{host}"))
    if origin is not None and origin != own:
        return Problem("Called by another site", 403, "WrongOrigin", f"Origin must be {own}, got {origin!r}")
    return None


def unknown(session: Session | None, way: Way) -> Problem | None:
    """Nothing is read or written without a session."""
    return None if session is not None else Problem("Not signed in", 401, "NoSession", HOW[way])


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


def denied(found: Denied) -> Problem:
    """Signed in, and not allowed: what a Role would have to say stands in `missing`."""
    return Problem("Not allowed", 403, "Refused", found.why, missing=found.missing)
