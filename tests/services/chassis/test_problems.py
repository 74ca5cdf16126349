"""Problem documents hold RFC 9457's members and the original's, and never a secret."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi.exceptions import RequestValidationError

from omnitech_chassis.errors import FieldError, Problem
from omnitech_chassis.problems import document, field_errors, of_validation

NOON = datetime(2026, 11, 24, 13, 5, 9, tzinfo=UTC)


def test_a_problem_carries_the_originals_error_beside_its_own_members() -> None:
    problem = Problem(400, "Validation error", errors=(FieldError("email", "required"),))

    assert document(problem, "/usermgmt/user", NOON) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Validation error",
        "instance": "/usermgmt/user",
        "errors": [{"field": "email", "rule": "required", "value": None}],
        "apierror": {
            "status": "BAD_REQUEST",
            "timestamp": "24-11-2026 01:05:09",
            "message": "Validation error",
            "debugMessage": "email: required",
            "subErrors": [{"object": "user", "field": "email", "rejectedValue": None, "message": "required"}],
        },
    }


def test_without_field_errors_the_originals_members_are_null() -> None:
    error = document(Problem(404, "gone"), "/x", NOON)["apierror"]

    assert (error["debugMessage"], error["subErrors"]) == (None, None)


def test_a_password_a_body_and_an_unknown_field_are_not_repeated_but_a_plain_value_is_up_to_200_characters() -> None:
    errors = [
        {"type": "string_type", "loc": ("body", "password"), "msg": "no", "input": "Pass@123"},
        {"type": "missing", "loc": ("body", "email"), "msg": "no", "input": {"password": "Pass@123"}},
        {"type": "extra_forbidden", "loc": ("body", "passwort"), "msg": "no", "input": "Pass@123"},
        {"type": "dict_type", "loc": ("body",), "msg": "no", "input": ["Pass@123"]},
        {"type": "string_too_long", "loc": ("body", "firstname"), "msg": "no", "input": "x" * 500},
    ]

    assert [error.value for error in field_errors(errors)] == [None, None, None, None, "x" * 200]
    assert [error.field for error in field_errors(errors)][-2:] == ["body", "firstname"]


def test_broken_json_says_where() -> None:
    broken = {
        "type": "json_invalid",
        "loc": ("body", 3),
        "msg": "JSON decode error",
        "ctx": {"error": "Expecting value"},
    }

    problem = of_validation(RequestValidationError([broken]))

    assert (problem.status, problem.detail) == (400, "Malformed JSON request")
    assert problem.errors == (FieldError("body", "valid JSON (Expecting value)"),)
