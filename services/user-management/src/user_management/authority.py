"""An Authorization header flows in, whether its sender is trusted flows out, or a 401 problem. Pure.

Without a configured token nobody is trusted and nobody is refused, as in the original; with one, writes need it.
"""

from __future__ import annotations

import hmac

from omnitech_chassis.errors import Problem


def trusted(token: str | None, authorization: str | None) -> bool:
    """Compared in constant time. Raises Problem 401."""
    if token is None:
        return False
    scheme, _, given = (authorization or "").partition(" ")
    if scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return True
    raise Problem(401, "A valid bearer token is required", headers={"WWW-Authenticate": 'Bearer realm="usermgmt"'})
