"""A refusal flows in, an RFC 9457 problem document flows out, with the original system's `apierror` as a member.

Values a client sent come back only where they are harmless: never a password, never a whole body.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from omnitech_chassis.errors import FieldError, Problem

MEDIA_TYPE = "application/problem+json"
_SECRET_FIELDS = frozenset({"password"})
_LONGEST_ECHO = 200


def document(problem: Problem, path: str, now: datetime) -> dict[str, Any]:
    """The problem as a JSON object. `apierror.timestamp` has the original's form: dd-MM-yyyy hh:mm:ss, twelve hours."""
    status = HTTPStatus(problem.status)
    return {
        "type": problem.kind,
        "title": status.phrase,
        "status": problem.status,
        "detail": problem.detail,
        "instance": path,
        "errors": [{"field": e.field, "rule": e.rule, "value": e.value} for e in problem.errors],
        "apierror": {
            "status": status.name,
            "timestamp": now.strftime("%d-%m-%Y %I:%M:%S"),
            "message": problem.detail,
            "debugMessage": "; ".join(f"{e.field}: {e.rule}" for e in problem.errors) or None,
            "subErrors": [_sub_error(path, error) for error in problem.errors] or None,
        },
    }


def _sub_error(path: str, error: FieldError) -> dict[str, Any]:
    name = path.rstrip("/").rsplit("/", 1)[-1]
    return {"object": name, "field": error.field, "rejectedValue": error.value, "message": error.rule}


def response(problem: Problem, path: str) -> Response:
    body = json.dumps(document(problem, path, datetime.now(UTC))).encode()
    return Response(body, problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def field_errors(errors: Sequence[Any]) -> tuple[FieldError, ...]:
    """Pydantic's error list as field errors; secret or bulky input is left out."""
    return tuple(FieldError(_field(e["loc"]), _rule(e), _echo(e)) for e in errors)


def _field(location: Sequence[str | int]) -> str:
    inside = [str(part) for part in location if part not in {"body", "query", "path", "header"}]
    return ".".join(inside) or "body"


def _rule(error: dict[str, Any]) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "unknown field"
        case "missing":
            return "required"
        case _:
            return str(error["msg"]).removeprefix("Value error, ")


def _echo(error: dict[str, Any]) -> object:
    value = error.get("input")
    secret = any(part in _SECRET_FIELDS for part in error["loc"])
    if secret or error["type"] in {"missing", "extra_forbidden"} or not isinstance(value, str | int | float | bool):
        return None
    return value[:_LONGEST_ECHO] if isinstance(value, str) else value


def of_validation(invalid: RequestValidationError) -> Problem:
    """400 with the original's words for a body that is not JSON or breaks a field's rule."""
    errors = invalid.errors()
    if any(error["type"] == "json_invalid" for error in errors):
        reason = str(errors[0].get("ctx", {}).get("error", "not JSON"))
        return Problem(400, "Malformed JSON request", errors=(FieldError("body", f"valid JSON ({reason})"),))
    return Problem(400, "Validation error", errors=field_errors(errors))


def install(app: FastAPI) -> None:
    """Answer every refusal of `app` with a problem document."""

    async def on_problem(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, Problem)
        return response(exc, request.url.path)

    async def on_invalid(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)
        return response(of_validation(exc), request.url.path)

    async def on_http(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)
        return response(Problem(exc.status_code, str(exc.detail), headers=exc.headers), request.url.path)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
