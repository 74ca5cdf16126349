"""Every exception of the chassis. Raised where something is refused, turned into a reply or an exit code at the edge.

ChassisError
├── ConfigurationError   the environment is wrong: names the variable, the rule and the value
├── Problem              the request is refused: an RFC 9457 problem with its status
└── InjectedFault        a fault somebody asked for (see faults.py)
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """One thing wrong with a request: the field, the rule it breaks, and the offending value (None if secret)."""

    field: str
    rule: str
    value: object = None


class ChassisError(Exception):
    """Root of the tree."""


class ConfigurationError(ChassisError):
    def __init__(self, variable: str, rule: str, value: object = None) -> None:
        super().__init__(f"{variable}: {rule}" + ("" if value is None else f", not {value!r}"))
        self.variable, self.rule, self.value = variable, rule, value


class Problem(ChassisError):
    """A refusal that travels to the client as application/problem+json."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: Mapping[str, str] | None = None,
        kind: str = "about:blank",
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.kind = status, detail, errors, kind
        self.headers = dict(headers or {})


class InjectedFault(ChassisError):
    """Raised on purpose, so that a trace names its cause."""
