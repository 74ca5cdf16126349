"""Everything that can be wrong with X-Ray input, as one tree.
A rule is broken in a document, a datagram, a header or an expression;
an exception comes out that names the place, the rule and the offending value.

XRayError
├── MalformedSegment     a segment document: field, rule, value
├── MalformedDatagram    the framing of a UDP datagram: reason
├── MalformedHeader      an X-Amzn-Trace-Id header or a trace id: rule, value
├── InvalidFilter        a filter expression: position, message
├── InvalidSetting       an environment variable: variable, rule, value
└── MissingContext       a span begins outside of any trace (AWS_XRAY_CONTEXT_MISSING=RUNTIME_ERROR)
"""

from typing import Final

_SHOWN: Final = 80


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


class XRayError(Exception):
    """Anything this distribution raises on purpose."""


class MalformedSegment(XRayError):
    """A segment document breaks a rule without which it means nothing."""

    def __init__(self, field: str, rule: str, value: object) -> None:
        self.field, self.rule, self.value = field, rule, value
        super().__init__(f"segment document: {field} must be {rule}, not {_shown(value)}")


class MalformedDatagram(XRayError):
    """A UDP datagram is not framed as the X-Ray daemon expects."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"datagram: {reason}")


class MalformedHeader(XRayError):
    """A trace header, or a trace id in it, cannot be read."""

    def __init__(self, rule: str, value: object) -> None:
        self.rule, self.value = rule, value
        super().__init__(f"trace header: expected {rule}, not {_shown(value)}")


class InvalidFilter(XRayError):
    """A filter expression does not follow the grammar; position counts characters from 0."""

    def __init__(self, position: int, message: str) -> None:
        self.position, self.message = position, message
        super().__init__(f"filter expression, character {position}: {message}")


class InvalidSetting(XRayError):
    """An environment variable does not say what it should."""

    def __init__(self, variable: str, rule: str, value: object) -> None:
        self.variable, self.rule, self.value = variable, rule, value
        super().__init__(f"{variable} must be {rule}, not {_shown(value)}")


class MissingContext(XRayError):
    """A span that belongs inside a request was started outside of one."""

    def __init__(self, span_name: str) -> None:
        self.span_name = span_name
        super().__init__(f"span {_shown(span_name)} was started without a parent: no segment is open")
