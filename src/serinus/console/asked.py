"""What a call may say: paths and queries as values that are checked like any other. In: text. Out: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

from serinus.console.port import Person
from serinus.console.session import Session
from serinus.release.spec import Name

Moment = Annotated[float, Meta(ge=0, le=4e9)]
RANGE_S = 1800.0


class Nothing(Struct, frozen=True):
    """No parameters."""


class OfRelease(Struct, frozen=True):
    namespace: Name
    name: Name


class OfRun(Struct, frozen=True):
    namespace: Name
    name: Name
    run: Annotated[int, Meta(ge=1, le=10**9)]


class OfTrace(Struct, frozen=True):
    id: Annotated[str, Meta(pattern=r"^1-[0-9a-f]{8}-[0-9a-f]{24}$")]


class Page(Struct, frozen=True):
    """`after`: the `more` of the page before."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 500
    after: Annotated[str, Meta(max_length=600)] = ""


class Range(Struct, frozen=True):
    """Epoch s; without `start` the last half hour, without `end` until now."""

    start: Moment = 0.0
    end: Moment = 0.0

    def at(self, now: float) -> tuple[float, float]:
        """Start and end; at most six hours, as X-Ray's own limit on the map."""
        end = min(self.end or now, now + 60)
        return max(min(self.start, end) if self.start else end - RANGE_S, end - 6 * 3600), end


class Dealing(Struct, frozen=True):
    """`deals`: how often stable is judged against itself."""

    deals: Annotated[int, Meta(ge=0, le=200)] = 0


class Search(Range, frozen=True):
    """`filter`: an X-Ray filter expression."""

    filter: Annotated[str, Meta(max_length=1500)] = ""
    limit: Annotated[int, Meta(ge=1, le=1000)] = 300


class Call(Struct, frozen=True):
    """A call as its handler sees it, checked."""

    path: Struct
    query: Struct
    body: Struct | None
    session: Session | None
    headers: Mapping[str, str] = {}

    @property
    def person(self) -> Person:
        """Who is asking; only where a session is needed."""
        assert self.session is not None
        return self.session.person
