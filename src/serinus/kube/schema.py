"""Types as structural OpenAPI schemas. In: msgspec Structs. Out: what a CustomResourceDefinition holds of them.
Descriptions come from docstrings and from the table given; nothing is written twice.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import singledispatch
from typing import Any

import msgspec
from msgspec import NODEFAULT, UNSET
from msgspec.inspect import (
    BoolType,
    DictType,
    EnumType,
    Field,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    Metadata,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    type_info,
)

from serinus.kube.documents import camel_name
from serinus.kube.kinds import Json

Rules = Mapping[type, list[Json]]
LONGEST_TEXT, LONGEST_LIST = 1024, 100


class Notes(msgspec.Struct, frozen=True):
    """What types do not say: per Struct its fields' descriptions, its CEL rules, and whole schemas of single
    fields, rules for lists.
    """

    descriptions: Mapping[type, Mapping[str, str]] = {}
    rules: Rules = {}
    fields: Mapping[tuple[type, str], Json] = {}
    lists: Mapping[tuple[type, str], list[Json]] = {}


def schema(of: type, notes: Notes) -> Json:
    """The schema of a Struct, its fields in camelCase."""
    return _schema(type_info(of), notes)


@singledispatch
def _schema(of: Type, _notes: Notes) -> Json:
    raise TypeError(f"no schema for {of!r}")


@_schema.register
def _(_of: BoolType, _notes: Notes) -> Json:
    return {"type": "boolean"}


@_schema.register
def _(of: IntType, _notes: Notes) -> Json:
    return {"type": "integer", "format": "int64", **_bounds(of)}


@_schema.register
def _(of: FloatType, _notes: Notes) -> Json:
    return {"type": "number", **_bounds(of)}


@_schema.register
def _(of: StrType, _notes: Notes) -> Json:
    pattern = {"pattern": of.pattern} if of.pattern else {}
    return {"type": "string", "maxLength": of.max_length or (253 if of.pattern else LONGEST_TEXT), **pattern}


@_schema.register
def _(of: EnumType, _notes: Notes) -> Json:
    return {"type": "string", "enum": [member.value for member in of.cls]}


@_schema.register
def _(of: LiteralType, _notes: Notes) -> Json:
    return {"type": "string", "enum": list(of.values)}


@_schema.register(ListType)
@_schema.register(VarTupleType)
def _(of: ListType | VarTupleType, notes: Notes) -> Json:
    return {"type": "array", "maxItems": LONGEST_LIST, "items": _schema(of.item_type, notes)}


@_schema.register
def _(of: DictType, notes: Notes) -> Json:
    return {"type": "object", "additionalProperties": _schema(of.value_type, notes)}


@_schema.register
def _(of: Metadata, notes: Notes) -> Json:
    extra = of.extra_json_schema or {}
    described = {"description": extra["description"]} if "description" in extra else {}
    return {**_schema(of.type, notes), **described}


@_schema.register
def _(of: UnionType, notes: Notes) -> Json:
    present = [each for each in of.types if not isinstance(each, NoneType)]
    if len(present) != 1:
        raise TypeError(f"no structural schema for a choice between {present!r}")
    return _schema(present[0], notes)


@_schema.register
def _(of: StructType, notes: Notes) -> Json:
    properties = {camel_name(field.name): _property(of.cls, field, notes) for field in of.fields}
    required = [camel_name(field.name) for field in of.fields if _required(field)]
    rules = notes.rules.get(of.cls)
    return {
        "type": "object",
        "description": _told(of.cls),
        "properties": properties,
        **({"required": required} if required else {}),
        **({"x-kubernetes-validations": rules} if rules else {}),
    }


def _property(owner: type, field: Field, notes: Notes) -> Json:
    given = notes.fields.get((owner, field.name))
    found = dict(given) if given else _schema(field.type, notes)
    if rules := notes.lists.get((owner, field.name)):
        found["x-kubernetes-validations"] = rules
    if description := notes.descriptions.get(owner, {}).get(field.name):
        found["description"] = description
    default = _default(field)
    if default is not None and "default" not in found:
        found["default"] = default
    return found


def _required(field: Field) -> bool:
    return field.required and not _optional(field.type)


def _optional(of: Type) -> bool:
    return isinstance(of, UnionType) and any(isinstance(each, NoneType) for each in of.types)


def _default(field: Field) -> Any:
    """A default that is worth writing down; a Struct's are those of its fields, so {} lets Kubernetes fill them in."""
    value = field.default
    if value is NODEFAULT and field.default_factory is not NODEFAULT:
        value = field.default_factory()
    if value in (NODEFAULT, UNSET, None, "", 0.0):
        return None
    if isinstance(value, msgspec.Struct):
        return {}
    return msgspec.to_builtins(value) or None


def _bounds(of: IntType | FloatType) -> Json:
    found: Json = {}
    if of.ge is not None:
        found["minimum"] = _plain(of.ge)
    if of.gt is not None:
        found |= {"minimum": _plain(of.gt), "exclusiveMinimum": True}
    if of.le is not None:
        found["maximum"] = _plain(of.le)
    if of.lt is not None:
        found |= {"maximum": _plain(of.lt), "exclusiveMaximum": True}
    return found


def _plain(bound: float) -> float:
    """0 and 0.0 are one key to typing's cache, so which of them a bound shows depends on who was imported first."""
    return int(bound) if float(bound).is_integer() else bound


def _told(of: type) -> str:
    return " ".join(inspect.cleandoc(of.__doc__ or "").split())
