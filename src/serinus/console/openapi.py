"""OpenAPI 3.1 from the same types that are served. In: the table of operations. Out: one JSON document."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Struct

from serinus.console.answers import File, Lines
from serinus.console.asked import Call
from serinus.console.desk import Desk
from serinus.console.operations import OPERATIONS, Operation
from serinus.console.wire import Problem

TEMPLATE = "#/components/schemas/{name}"
Json = dict[str, Any]


def described() -> Json:
    """The document; the stream of events is not in it, OpenAPI has no words for one."""
    types = sorted(_types(), key=lambda kind: kind.__name__)
    _, schemas = msgspec.json.schema_components(types, ref_template=TEMPLATE)
    paths: Json = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Serinus console", "version": "v1", "description": "Is the canary OK, why, what can I do."},
        "paths": paths,
        "components": {
            "schemas": {name: _whole(schemas[name]) for name in sorted(schemas)},
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "serinus-PORT"}},
        },
    }


def document() -> Operation:
    """The document as one more operation."""
    made = described()

    async def handler(desk: Desk, call: Call) -> Json:
        del desk, call
        return made

    return Operation("GET", "/api/v1/openapi.json", "openapi", "This document", handler, dict)


def _whole(value: Any) -> Any:
    """1.0 as 1: typing keeps one of two equal bounds, whichever module was imported first."""
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _types() -> set[type[Any]]:
    kinds: set[type[Any]] = {Problem}
    for one in OPERATIONS:
        kinds |= {kind for kind in (one.answer, one.body) if kind not in (None, File, Lines)}
    return kinds


def _operation(one: Operation) -> Json:
    media, schema = "application/json", {"type": "string"}
    if one.answer is File:
        media = "text/html" if one.path.endswith(".html") else "text/markdown"
    elif one.answer is Lines:
        media = "application/x-ndjson"
    else:
        schema = _reference(one.answer)
    found: Json = {
        "operationId": one.name,
        "summary": one.summary,
        "security": [] if one.open else [{"session": []}],
        "parameters": [*_parameters(one.asked, "path", one.path), *_parameters(one.query, "query", "")],
        "responses": {
            str(one.status): {"description": one.summary, "content": {media: {"schema": schema}}},
            "default": {
                "description": "why not",
                "content": {"application/problem+json": {"schema": _reference(Problem)}},
            },
        },
    }
    if one.body:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": _reference(one.body)}}}
    return found


def _reference(kind: type[Any]) -> Json:
    return {"$ref": TEMPLATE.format(name=kind.__name__)}


def _parameters(kind: type[Struct], where: str, path: str) -> list[Json]:
    schema = msgspec.json.schema_components([kind], ref_template=TEMPLATE)[1][kind.__name__]
    names = re.findall(r"{(\w+)}", path) if where == "path" else list(schema["properties"])
    return [
        {"name": name, "in": where, "required": where == "path", "schema": schema["properties"][name]} for name in names
    ]
