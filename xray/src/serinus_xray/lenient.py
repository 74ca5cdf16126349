"""The leniency rule: what becomes of a document that breaks the schema.
Decoded JSON goes in, JSON of the shape of `segment.Segment` comes out; MalformedSegment only where
nothing can be saved. Source: X-Ray "removes data that doesn't comply"; what real SDKs were seen to send.
"""

import re
from typing import Any, Final

from serinus_xray.coerce import Coerce, Json, flag, record, seconds, segment_id, sequence, short, text, trace_id, whole
from serinus_xray.errors import MalformedSegment
from serinus_xray.ids import from_w3c, is_segment_id, is_trace_id

MAX_NAME: Final = 200
MAX_KEY: Final = 500
MAX_ANNOTATION: Final = 1000
MAX_STATUS: Final = 999
# \w is \p{L}\p{N}_; the escapes are \p{Z}
NAME_CHARACTERS: Final = r"\w \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000.:/%&#=+\-@\\"
NAME_PATTERN: Final = f"[{NAME_CHARACTERS}]{{1,{MAX_NAME}}}"
_NAME: Final = re.compile(NAME_PATTERN)
_NOT_IN_NAME: Final = re.compile(f"[^{NAME_CHARACTERS}]")
_KEY: Final = re.compile(rf"[A-Za-z0-9_.]{{1,{MAX_KEY}}}")
_HEX32: Final = re.compile(r"[0-9a-fA-F]{32}")


def document(raw: Json, depth: int) -> Json:
    """A whole document; subsegments below `depth` levels are dropped."""
    clean = _optional(raw, depth) | {
        "name": _required_name(raw.get("name")),
        "id": _required_id(raw.get("id")),
        "trace_id": _required_trace_id(raw.get("trace_id")),
        "start_time": _required_time("start_time", raw.get("start_time")),
    }
    if "end_time" not in clean and not clean.get("in_progress"):
        raise MalformedSegment("end_time", "a time in epoch seconds unless in_progress is true", raw.get("end_time"))
    return clean


def clean_name(name: str) -> str:
    """Without what X-Ray does not allow in a name, at most 200 characters; possibly empty."""
    return _NOT_IN_NAME.sub("", name)[:MAX_NAME]


def _required_name(name: Any) -> str:
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise MalformedSegment("name", "1 to 200 letters, digits, spaces or _.:/%&#=+-@\\", name)
    return name


def _required_id(value: Any) -> str:
    if not isinstance(value, str) or not is_segment_id(value):
        raise MalformedSegment("id", "16 hexadecimal digits", value)
    return value.lower()


def _required_trace_id(value: Any) -> str:
    if isinstance(value, str) and is_trace_id(value):
        return value.lower()
    if isinstance(value, str) and _HEX32.fullmatch(value):
        return from_w3c(value)
    raise MalformedSegment("trace_id", "of the form 1-<8 hex>-<24 hex>", value)


def _required_time(field: str, value: Any) -> float:
    time = seconds(value)
    if time is None:
        raise MalformedSegment(field, "a time in epoch seconds", value)
    return time


def _embedded(raw: Any, depth: int) -> Json | None:
    """An embedded subsegment, or None when it has no id, name or start that could be saved."""
    if not isinstance(raw, dict):
        return None
    name, start, own_id = text(raw.get("name")), seconds(raw.get("start_time")), segment_id(raw.get("id"))
    name = clean_name(name or "")
    if not name or start is None or own_id is None:
        return None
    return _optional(raw, depth) | {"name": name, "id": own_id, "start_time": start}


def _optional(raw: Json, depth: int) -> Json:
    clean = record(_FIELDS)(raw) or {}
    nested = raw.get("subsegments")
    if depth > 0 and isinstance(nested, list):
        kept = (_embedded(item, depth - 1) for item in nested)
        clean["subsegments"] = [item for item in kept if item is not None]
    return clean


def _open(value: Any) -> Json | None:
    """An object whose fields X-Ray does not fix, such as `aws`: only nulls go."""
    if not isinstance(value, dict):
        return None
    return {key: item for key, item in value.items() if item is not None}


def _status(value: Any) -> int | None:
    status = whole(value)
    return status if status is not None and 0 <= status <= MAX_STATUS else None


def _annotations(value: Any) -> Json | None:
    if not isinstance(value, dict):
        return None
    return {
        key: item[:MAX_ANNOTATION] if isinstance(item, str) else item
        for key, item in value.items()
        if _KEY.fullmatch(key) and isinstance(item, str | int | float)
    }


def _cause(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) == 16 else None
    return _CAUSE(value)


def _link(value: Any) -> Json | None:
    link: Json | None = _LINK(value)
    return link if link and {"trace_id", "id"} <= link.keys() else None


_FRAME: Final = record({"path": text, "line": whole, "label": text})
_EXCEPTION: Final = record(
    dict.fromkeys(("id", "message", "type", "cause"), text)
    | {"remote": flag, "truncated": whole, "skipped": whole, "stack": sequence(_FRAME)}
)
_CAUSE: Final = record(
    {"working_directory": text, "paths": sequence(text), "exceptions": sequence(_EXCEPTION)},
)
_LINK: Final = record({"trace_id": trace_id, "id": segment_id, "attributes": _open})
_REQUEST: Final = record(
    dict.fromkeys(("method", "url", "user_agent", "client_ip"), short) | {"x_forwarded_for": flag, "traced": flag}
)
_RESPONSE: Final = record({"status": _status, "content_length": whole})
_SERVICE: Final = record(dict.fromkeys(("version", "compiler", "compiler_version", "runtime", "runtime_version"), text))
_SQL: Final = record(
    dict.fromkeys(
        (
            "connection_string",
            "url",
            "sanitized_query",
            "database_type",
            "database_version",
            "driver_version",
            "preparation",
        ),
        text,
    )
    | {"user": short}
)
_FIELDS: Final[dict[str, Coerce]] = (
    dict.fromkeys(("type", "namespace", "origin", "resource_arn"), text)
    | dict.fromkeys(("in_progress", "error", "throttle", "fault", "inferred"), flag)
    | {
        "end_time": seconds,
        "trace_id": trace_id,
        "parent_id": segment_id,
        "user": short,
        "service": _SERVICE,
        "http": record({"request": _REQUEST, "response": _RESPONSE}),
        "aws": _open,
        "sql": _SQL,
        "cause": _cause,
        "annotations": _annotations,
        "metadata": _open,
        "precursor_ids": sequence(text),
        "links": sequence(_link),
    }
)
