"""Status and runs as Kubernetes objects hold them: camelCase, no nulls. In: values. Out: plain JSON, and back.
The judge's checkpoint travels as one string: a resumed judge must find every digit, and nobody reads it by eye.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.inspect import ListType, StructType, Type, UnionType, VarTupleType, type_info

from serinus.errors import RecordError
from serinus.judge.evidence import Evidence
from serinus.kube.kinds import Json
from serinus.release.run import Run
from serinus.release.status import Status

MOST_EXAMPLE_BYTES: Final = 256 * 1024
_OPAQUE: Final = frozenset({"examples"})


def status_fields(status: Status) -> Json:
    """What `release_status` reads again, of `.status`."""
    fields: Json = camel(status)
    return fields


def release_status(document: Json | None) -> Status | None:
    """Of `.status`; None: nothing was written yet. Raises RecordError."""
    if not document or "phase" not in document:
        return None
    try:
        return msgspec.convert(snake(document), Status)
    except msgspec.ValidationError as error:
        raise RecordError(f"status: {error}") from error


def run_fields(run: Run) -> Json:
    """`.status` of a CanaryRun. Of the example traces, the worst first, those are kept that still fit into 256 KiB."""
    record = msgspec.to_builtins(run)
    record["examples"] = _bounded(run.examples)
    record["checkpoint"] = msgspec.json.encode(run.evidence).decode()
    del record["evidence"]
    fields: Json = camel(record)
    return fields


def run_of(document: Json | None) -> Run | None:
    """Of a whole CanaryRun. Raises RecordError."""
    if document is None or "status" not in document:
        return None
    record = snake(document["status"])
    checkpoint = record.pop("checkpoint", "{}")
    try:
        run = msgspec.convert(_with_nulls(record, type_info(Run)), Run)
        return msgspec.structs.replace(run, evidence=msgspec.json.decode(checkpoint, type=Evidence))
    except msgspec.DecodeError as error:
        raise RecordError(f"CanaryRun {document['metadata']['name']}: {error}") from error


def _with_nulls(value: Any, of: Type) -> Any:
    """What Kubernetes left out because it was null, where the type asks for it."""
    match of:
        case StructType():
            missing = {each.encode_name: None for each in of.fields if each.required}
            types = {each.encode_name: each.type for each in of.fields}
            return missing | {key: _with_nulls(part, types[key]) for key, part in value.items() if key in types}
        case ListType() | VarTupleType():
            return [_with_nulls(part, of.item_type) for part in value]
        case UnionType():
            structs = [each for each in of.types if isinstance(each, StructType)]
            return _with_nulls(value, structs[0]) if structs and value is not None else value
    return value


def camel(value: Any) -> Any:
    """Keys in camelCase, without nulls; what stands under `examples` is X-Ray's and stays."""
    return _renamed(value, _to_camel)


def snake(value: Any) -> Any:
    """The keys of `camel` as they were."""
    return _renamed(value, _to_snake)


def camel_name(name: str) -> str:
    return _to_camel(name)


def _renamed(value: Any, rename: Any) -> Any:
    if isinstance(value, Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, dict):
        return {
            rename(key): part if key in _OPAQUE else _renamed(part, rename)
            for key, part in value.items()
            if part is not None
        }
    if isinstance(value, list | tuple):
        return [_renamed(part, rename) for part in value]
    return value


def _to_camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _to_snake(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: "_" + found[0].lower(), name)


def _bounded(examples: tuple[Json, ...]) -> list[Json]:
    kept, room = [], MOST_EXAMPLE_BYTES
    for example in examples:
        size = len(msgspec.json.encode(example))
        if size <= room:
            kept.append(example)
            room -= size
    return kept
