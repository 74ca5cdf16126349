"""The service's own model as an oracle for what the API would answer.
A shape's name and an answer go in; names that the model lacks at their place come out.
"""

from collections.abc import Iterator
from typing import Any

import botocore.session


def unknown(shape_name: str, answer: Any) -> list[str]:
    model = botocore.session.get_session().get_service_model("xray")
    return list(_unknown(model.shape_for(shape_name), answer, shape_name))


def _unknown(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape.type_name == "structure":
        yield from (f"{path}.{key}" for key in value if key not in shape.members)
        for key in value.keys() & shape.members.keys():
            yield from _unknown(shape.members[key], value[key], f"{path}.{key}")
    elif shape.type_name == "list":
        for item in value:
            yield from _unknown(shape.member, item, f"{path}[]")
    elif shape.type_name == "map":
        for item in value.values():
            yield from _unknown(shape.value, item, f"{path}{{}}")
