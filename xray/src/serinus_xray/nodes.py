"""Services as nodes of the map.
Segments go in; a name and a type come out, by which summaries, graph and filters tell services apart.
"""

from typing import Final

import msgspec

from serinus_xray.inferred import resource_name
from serinus_xray.segment import Segment

CLIENT: Final = "client"
REMOTE: Final = "remote"


class Pascal(msgspec.Struct, frozen=True, rename="pascal", gc=False):
    """Fields encode under the API's names."""


class ServiceId(Pascal, frozen=True, omit_defaults=True):
    """`type` is None for a service of our own that does not say where it runs."""

    name: str
    names: tuple[str, ...] = ()
    account_id: str | None = None
    type: str | None = None


def node_of(segment: Segment) -> ServiceId:
    name = (segment.inferred and resource_name(segment)) or segment.name
    type_ = segment.origin or (REMOTE if segment.inferred else None)
    return ServiceId(name=name, names=(name,), account_id=_account(segment), type=type_)


def client_of(root: Segment) -> ServiceId:
    """Whoever called the root: X-Ray gives it the root's name."""
    return ServiceId(name=root.name, names=(root.name,), type=CLIENT)


def _account(segment: Segment) -> str | None:
    account = segment.aws.get("account_id")
    return account if isinstance(account, str) else None
