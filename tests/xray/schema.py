"""The official schema as an oracle for what we emit.
A document goes in; what the schema has against it comes out.
"""

import json
from typing import Any, Final

from jsonschema import Draft4Validator

from tests.xray.golden import parsed


def _relaxed(schema: dict[str, Any]) -> dict[str, Any]:
    """X-Ray today takes dots in annotation keys, which the schema of 2016 did not."""
    annotations = {"^[a-zA-Z0-9_.]{1,500}$": {"type": ["string", "number", "boolean"], "maxLength": 1000}}
    for place in (schema, schema["definitions"]["subsegment"]):
        place["properties"]["annotations"]["patternProperties"] = annotations
    return schema


_SCHEMA: Final = _relaxed(parsed("00"))
_VALIDATOR: Final = Draft4Validator(_SCHEMA)


def breaches(document: bytes) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message}" for error in _VALIDATOR.iter_errors(json.loads(document))]
