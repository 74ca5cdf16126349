"""EDGE. Calls to the Notification service flow out, its replies flow in; a failure is a value with its cause.

Every call is a CLIENT span and carries the trace on. Without keep-alive each call opens a connection of its own, as the
original did: only then does a connection-level balancer spread requests.
"""

from __future__ import annotations

import httpx2
import msgspec
from opentelemetry.trace import TracerProvider

from omnitech_chassis import calling
from user_management.outbox import Answer, Letter, retry_after_s

LONGEST_WORDS = 400


class Reply(msgspec.Struct, frozen=True):
    content: bytes
    media_type: str


class Unreachable(msgspec.Struct, frozen=True):
    """Notification did not answer, or not with a 2xx."""

    cause: str


class NotificationClient:
    def __init__(self, url: str, timeout: httpx2.Timeout, provider: TracerProvider, *, keep_alive: bool) -> None:
        self._http = calling.client(url, timeout, provider, keep_alive=keep_alive)

    async def get(self, path: str) -> Reply | Unreachable:
        """Asked again once if a kept connection turns out to have been closed meanwhile."""
        try:
            try:
                reply = await self._http.get(path)
            except httpx2.RemoteProtocolError:
                reply = await self._http.get(path)
        except httpx2.HTTPError as failed:
            return Unreachable(_cause(failed))
        if not reply.is_success:
            return Unreachable(f"Notification answered {reply.status_code} to GET {path}")
        return Reply(reply.content, reply.headers.get("content-type", "text/plain"))

    async def send(self, letter: Letter) -> Answer:
        """Hand one mail over; the letter's id is the Idempotency-Key, so that repeating it sends no second mail."""
        headers = {"Idempotency-Key": f'"{letter.id}"', "Content-Type": "application/json"}
        try:
            reply = await self._http.post("/notification/send", content=letter.body, headers=headers)
        except httpx2.HTTPError as failed:
            return Answer(0, _cause(failed))
        return Answer(reply.status_code, _words(reply), retry_after_s(reply.headers.get("retry-after")))

    async def close(self) -> None:
        await self._http.aclose()


def _cause(failed: httpx2.HTTPError) -> str:
    return f"Notification is unreachable: {type(failed).__name__}{f': {failed}' if str(failed) else ''}"


def _words(reply: httpx2.Response) -> str:
    """A problem's detail if the reply is one, else the beginning of its body."""
    try:
        return msgspec.json.decode(reply.content, type=_Problem).detail[:LONGEST_WORDS]
    except msgspec.MsgspecError:
        return reply.text[:LONGEST_WORDS]


class _Problem(msgspec.Struct, frozen=True):
    detail: str
