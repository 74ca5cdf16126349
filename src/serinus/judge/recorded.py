"""Observations as files hold them: one JSON object a line, in time order. In: lines. Out: observations and changes of
weight, or InvalidInput that names the line, the field, the rule and the value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import inf
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from serinus.errors import InvalidInput
from serinus.judge.observation import Observation, Outcome, Variant, WeightChange

Text = Annotated[str, Meta(min_length=1, max_length=1000)]


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """A line about one request."""

    t: float
    variant: Variant
    stratum: Text
    duration_s: Annotated[float, Meta(ge=0.0)]
    outcome: Outcome
    trace_id: Text
    cluster: str = ""


class Told(Struct, frozen=True, forbid_unknown_fields=True):
    """A line about the router: the canary's share from here on."""

    t: float
    weight: Annotated[float, Meta(ge=0.0, le=1.0)]


_ANSWER = msgspec.json.Decoder(Answer)
_TOLD = msgspec.json.Decoder(Told)


def read(lines: Iterable[bytes]) -> Iterator[Observation | WeightChange]:
    """Each line's meaning; empty lines mean nothing."""
    last = -inf
    for number, line in enumerate(lines, 1):
        if line.isspace() or not line:
            continue
        found = _decoded(number, line)
        at = found.at
        if not last <= at < inf or at == -inf:
            raise InvalidInput(f"line {number}: t", f"must be epoch seconds, not before {last:.6f}", at)
        last = at
        yield found


def _decoded(number: int, line: bytes) -> Observation | WeightChange:
    try:
        if b'"weight"' in line and b'"variant"' not in line:
            told = _TOLD.decode(line)
            return WeightChange(told.t, told.weight, told.t)
        seen = _ANSWER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _refused(number, line, str(error)) from error
    return Observation(seen.t, seen.variant, seen.stratum, seen.outcome, seen.duration_s, seen.trace_id, seen.cluster)


def _refused(number: int, line: bytes, message: str) -> InvalidInput:
    """Msgspec says `rule - at `$.field``; the value is looked up in the line."""
    found = re.search(r"^(?P<rule>.*?)(?: - at `\$\.?(?P<field>[^`]*)`)?$", message)
    assert found is not None
    field = found["field"] or ""
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value = line[:80].decode(errors="replace").rstrip()
    shown = value.get(field) if field and isinstance(value, dict) else value
    place = f"line {number}: {field}" if field else f"line {number}"
    rule = found["rule"] if found["rule"].startswith("JSON") else found["rule"][:1].lower() + found["rule"][1:]
    return InvalidInput(place, rule, shown)


def line_of(item: Observation | WeightChange) -> bytes:
    """The line that means it."""
    if isinstance(item, WeightChange):
        return msgspec.json.encode({"t": item.at, "weight": item.weight})
    line = {
        "t": item.at,
        "variant": item.variant,
        "stratum": item.stratum,
        "duration_s": item.duration_s,
        "outcome": item.outcome,
        "trace_id": item.trace_id,
    }
    named = item.cluster not in ("", item.trace_id)
    return msgspec.json.encode(line | ({"cluster": item.cluster} if named else {}))
