"""EDGE The public keys of load balancers. In: a key's id, a UUID. Out: PEM, remembered, or SignOnError.
Asked of one address only, a few times a minute at most, whatever ids anybody makes up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx2

from serinus.console.alb import KID
from serinus.errors import InvalidInput, SignOnError

MOST_KEYS = 16
LONGEST_KEY = 4096
MOST_FETCHES, PER_S = 10, 60.0
SECONDS = 3.0


def default_url(region: str) -> str:
    """Of the regions outside of China and GovCloud, whose keys lie elsewhere."""
    return f"https://public-keys.auth.elb.{region}.amazonaws.com/"


class Keys:
    """`url` ends with a slash, the key's id comes behind. `clock` in s."""

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        parts = urlsplit(url)
        loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        if (parts.scheme != "https" and not loopback) or not parts.hostname or not url.endswith("/"):
            raise InvalidInput("--alb-keys", "must be a URL https://…/ that ends with a slash", url)
        self._url, self._clock = url, clock
        self._known: dict[str, str] = {}
        self._fetched: deque[float] = deque(maxlen=MOST_FETCHES)

    async def pem(self, kid: str) -> str:
        """The key of this id. SignOnError: there is none, it cannot be read, or too many were asked for."""
        if kid in self._known:
            return self._known[kid]
        if not KID.fullmatch(kid):
            raise SignOnError(f"a key's id must be a UUID, got {kid!r}")
        now = self._clock()
        if len(self._fetched) == MOST_FETCHES and now - self._fetched[0] < PER_S:
            raise SignOnError("the load balancer's keys were asked for too often; try again in a minute")
        self._fetched.append(now)
        key = await self._fetch(kid)
        while len(self._known) >= MOST_KEYS:
            del self._known[next(iter(self._known))]
        self._known[kid] = key
        return key

    async def _fetch(self, kid: str) -> str:
        try:
            async with (
                httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False) as client,
                client.stream("GET", self._url + kid) as answer,
            ):
                body = b""
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > LONGEST_KEY:
                        break
        except httpx2.HTTPError as error:
            raise SignOnError(f"{self._url} does not answer: {type(error).__name__}") from error
        if answer.status_code != httpx2.codes.OK or not body.startswith(b"-----BEGIN PUBLIC KEY-----"):
            raise SignOnError(f"{self._url} holds no key {kid} (it answers {answer.status_code})")
        return body[:LONGEST_KEY].decode("ascii", "replace")
