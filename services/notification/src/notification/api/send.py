"""POST /notification/send: a mail flows in, 200 flows out once the mail server has accepted it.

What went wrong is a status the caller can act on: 429 throttled, 503 try again, 422 do not, 409 in flight.
"""

from __future__ import annotations

import math
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Header
from starlette.responses import Response

from notification import deciding
from notification.deciding import Decision, InFlight, OtherBody, Refused
from notification.errors import MailFailure, Rejected, Throttled
from notification.mail import SendRequest, mail_of
from notification.sending import Desk, send
from omnitech_chassis.errors import FieldError, Problem

RETRY_THROTTLED_S, RETRY_UNAVAILABLE_S = 10, 2
REPLIES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The mail server has accepted the mail, now or for this key before"},
    400: {"description": "The body or the key is malformed"},
    409: {"description": "A request with this key is in flight; see Retry-After"},
    413: {"description": "The body is too long"},
    422: {"description": "The mail server rejects this mail, or the key was used for another one"},
    429: {"description": "The mail server's sending quota is exhausted; see Retry-After"},
    503: {"description": "The mail server cannot be reached or used; see Retry-After"},
}


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(tags=["send"])

    @routes.post("/notification/send", response_class=Response, responses=REPLIES)
    async def send_mail(body: SendRequest, idempotency_key: Annotated[str | None, Header()] = None) -> Response:
        delivery = str(uuid4()) if idempotency_key is None else _key(idempotency_key)
        try:
            decision = await send(desk, mail_of(body), delivery)
        except MailFailure as failed:
            raise problem_of_failure(failed) from failed
        if (problem := problem_of(decision)) is not None:
            raise problem
        return Response(status_code=200, headers={"Delivery-Id": delivery})

    return routes


def _key(header: str) -> str:
    try:
        return deciding.key(header)
    except ValueError as rule:
        raise Problem(
            400, "Validation error", errors=(FieldError("Idempotency-Key", str(rule), header[:64]),)
        ) from None


def problem_of(decision: Decision) -> Problem | None:
    match decision:
        case InFlight(retry_after_s=seconds):
            wait = {"Retry-After": str(max(1, math.ceil(seconds)))}
            return Problem(409, "A request with this Idempotency-Key is in flight", headers=wait)
        case OtherBody():
            return Problem(422, "This Idempotency-Key was used for another mail")
        case Refused(reason=reason):
            return Problem(422, f"The mail server rejected the mail: {reason}")
        case _:
            return None


def problem_of_failure(failed: MailFailure) -> Problem:
    match failed:
        case Rejected():
            return Problem(422, f"The mail server rejected the mail: {failed.reason}")
        case Throttled():
            wait = {"Retry-After": str(RETRY_THROTTLED_S)}
            return Problem(429, f"The mail server is throttling: {failed.reason}", headers=wait)
        case _:
            wait = {"Retry-After": str(RETRY_UNAVAILABLE_S)}
            return Problem(503, f"The mail server is unavailable: {failed.reason}", headers=wait)
