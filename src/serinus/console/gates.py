"""Two doors of a console on a cluster. In: a pasted token, or a load balancer's header. Out: who it is, or why not.
A plain header is never believed: what is not signed by the load balancer that was named is not read.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import jwt

from serinus.console.alb import HEADER, Trust, person, said
from serinus.console.albkeys import Keys
from serinus.console.port import Entry, Person
from serinus.console.site import Way

LIKE_A_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,8192}")
NOT_KNOWN: Final = (
    "the cluster does not take this token: it has expired, or was made for somebody else; print a fresh one"
)


class TokenGate:
    """`review` asks the cluster whose a token is; None: nobody's. The token is not kept."""

    way = Way.TOKEN

    def __init__(self, review: Callable[[str], Awaitable[Person | None]], command: str) -> None:
        self._review = review
        self.command = command

    async def admit(self, token: str, headers: Mapping[str, str]) -> Entry | str:
        """Raises ClusterError."""
        del headers
        if not LIKE_A_TOKEN.fullmatch(token):
            return "a token is one word of at most 8192 signs"
        found = await self._review(token)
        return Entry(found, _expires(token)) if found else NOT_KNOWN

    async def still(self, person: Person, headers: Mapping[str, str]) -> bool:
        """The session is all there is until it ends; rights are asked for at each call."""
        del person, headers
        return True


class SignOnGate:
    """Behind an Application Load Balancer that authenticates. `clock`: epoch s."""

    way = Way.SSO
    command = ""

    def __init__(self, trust: Trust, keys: Keys, clock: Callable[[], float]) -> None:
        self._trust, self._keys, self._clock = trust, keys, clock

    async def admit(self, token: str, headers: Mapping[str, str]) -> Entry | str:
        """Raises SignOnError."""
        del token
        found = await self._person(headers)
        return found if isinstance(found, str) else Entry(found)

    async def still(self, person: Person, headers: Mapping[str, str]) -> bool:
        """Each call carries the load balancer's word; whoever signs out there, or loses a group, is out here."""
        return await self._person(headers) == person

    async def _person(self, headers: Mapping[str, str]) -> Person | str:
        token, now = headers.get(HEADER, ""), self._clock()
        found = said(token, self._trust, now)
        if isinstance(found, str):
            return found
        return person(token, await self._keys.pem(found.kid), self._trust, now)


def _expires(token: str) -> float | None:
    """What a JWT says of its own end; it was verified by the cluster. None: it is none, or says nothing."""
    options: Any = {"verify_signature": False}
    try:
        found = jwt.decode(token, options=options).get("exp")
    except jwt.PyJWTError:
        return None
    return float(found) if isinstance(found, int | float) else None
