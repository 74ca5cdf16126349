"""Who is who on this machine: one-time tokens, sessions, CSRF. In: tokens, the time. Out: sessions, or None.
The printed URL opens exactly one session; the token lives in its fragment, which no browser sends or logs.
"""

from __future__ import annotations

import hmac
import secrets

from msgspec import Struct

from serinus.console.port import Person

LASTS_S = 12 * 3600.0
CLUSTER_LASTS_S = 3600.0
MOST_SESSIONS = 1000
MOST_OF_ONE = 20


class Session(Struct, frozen=True):
    """`key` is the cookie's value, `csrf` what a page must repeat in a header."""

    key: str
    csrf: str
    person: Person
    expires: float


class Sessions:
    """All that is open; bounded, gone with the process. `person`: whose the one-time tokens are, None: nobody's."""

    def __init__(self, person: Person | None = None) -> None:
        self._person = person
        self._tokens: set[str] = set()
        self._open: dict[str, Session] = {}

    def token(self, given: str = "") -> str:
        """A new one-time token, or the one that whoever started us has made."""
        token = given or secrets.token_urlsafe(32)
        self._tokens.add(token)
        return token

    def exchange(self, token: str, now: float) -> Session | None:
        """A session for a token that was not spent yet. `now` in epoch s."""
        known = next((one for one in self._tokens if hmac.compare_digest(one.encode(), token.encode())), None)
        if known is None or self._person is None:
            return None
        self._tokens.discard(known)
        return self.open(self._person, now + LASTS_S)

    def open(self, person: Person, expires: float) -> Session:
        """A new session; the oldest ends when there are too many, of this person or in all."""
        session = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), person, expires)
        own = [key for key, one in self._open.items() if one.person.name == person.name]
        for key in own[: max(0, len(own) - MOST_OF_ONE + 1)]:
            del self._open[key]
        while len(self._open) >= MOST_SESSIONS:
            del self._open[next(iter(self._open))]
        self._open[session.key] = session
        return session

    def find(self, key: str, now: float) -> Session | None:
        """The session of this cookie while it lasts."""
        session = self._open.get(key)
        if session is not None and session.expires <= now:
            del self._open[key]
            return None
        return session

    def close(self, key: str) -> None:
        """Signed out."""
        self._open.pop(key, None)
