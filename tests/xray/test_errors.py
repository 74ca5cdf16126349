"""Every error is of one tree and names what it is about."""

import pytest

from serinus_xray import errors


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (errors.MalformedSegment("name", "short", "x" * 500), "segment document: name must be short, not 'xxx"),
        (errors.MalformedDatagram("empty body"), "datagram: empty body"),
        (errors.MalformedHeader("Root", 7), "trace header: expected Root, not 7"),
        (
            errors.InvalidFilter(3, "Invalid input symbol '~'"),
            "filter expression, character 3: Invalid input symbol '~'",
        ),
        (errors.InvalidSetting("PORT", "a number", "x"), "PORT must be a number, not 'x'"),
        (errors.MissingContext("query"), "span 'query' was started without a parent: no segment is open"),
    ],
)
def test_a_message_names_place_rule_and_value(error: errors.XRayError, message: str) -> None:
    assert str(error).startswith(message)
    assert len(str(error)) < 200
