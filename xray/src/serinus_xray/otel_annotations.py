"""Which attributes of a span can be searched for.
A span goes in; annotations (indexed) and metadata (not) of its segment come out.
Source: opentelemetry-collector-contrib, exporter/awsxrayexporter: keys listed in `aws.xray.annotations` or configured.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from serinus_xray.attributes import texts
from serinus_xray.lenient import MAX_ANNOTATION, MAX_KEY
from serinus_xray.segment import AnnotationValue
from serinus_xray.span import SpanData

LISTED: Final = "aws.xray.annotations"
RESOURCE: Final = "otel.resource."
_DEFAULT_NAMESPACE: Final = "default"
NAMESPACED: Final = "aws.xray.metadata."
_NOT_IN_KEY: Final = re.compile(r"[^A-Za-z0-9_.]")


class Indexing(msgspec.Struct, frozen=True):
    """Keys that become annotations beside those a span lists; a resource's are called `otel.resource.<key>`."""

    attributes: frozenset[str] = frozenset()
    everything: bool = False


class Described(msgspec.Struct, frozen=True):
    annotations: dict[str, AnnotationValue]
    metadata: dict[str, Any]


def describe(span: SpanData, indexing: Indexing, consumed: frozenset[str], *, with_resource: bool) -> Described:
    """`consumed`: keys that stand elsewhere in the segment; they become annotations if asked for, never metadata."""
    indexed = indexing.attributes.union(texts(span.attributes, LISTED))
    annotations: dict[str, AnnotationValue] = {}
    metadata: dict[str, Any] = {}
    for key, value in _attributes(span, with_resource=with_resource):
        if (indexing.everything or key in indexed) and isinstance(value, str | int | float):
            annotations[_NOT_IN_KEY.sub("_", key)[:MAX_KEY]] = _bounded(value)
        elif key.startswith(NAMESPACED):
            metadata[key.removeprefix(NAMESPACED)] = _parsed(value)
        elif key not in consumed:
            metadata.setdefault(_DEFAULT_NAMESPACE, {})[key] = _plain(value)
    return Described(annotations, metadata)


def _attributes(span: SpanData, *, with_resource: bool) -> Iterator[tuple[str, Any]]:
    yield from span.attributes.items()
    if with_resource:
        yield from ((RESOURCE + key, value) for key, value in span.resource.items())


def _bounded(value: AnnotationValue) -> AnnotationValue:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no NaN
    return value[:MAX_ANNOTATION] if isinstance(value, str) else value


def _parsed(value: Any) -> Any:
    """A whole namespace of metadata, as JSON text."""
    try:
        return msgspec.json.decode(value) if isinstance(value, str) else _plain(value)
    except msgspec.DecodeError:
        return {_DEFAULT_NAMESPACE: value}


def _plain(value: Any) -> Any:
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return value.hex() if isinstance(value, bytes) else value
