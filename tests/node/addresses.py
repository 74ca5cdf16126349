"""A node's number flows in, its addresses and names flow out.

All are from 198.18.0.0/15 (RFC 2544, for tests of network devices), so that up to 64 nodes stand side by side.
"""

from __future__ import annotations

import re

import msgspec

NODES = 64
_NAME = re.compile(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?")


class Addresses(msgspec.Struct, frozen=True):
    """`machine` and `node` are the two ends of a veth pair; `pods` and `services` are CIDRs behind `node`."""

    link: str
    machine: str
    node: str
    pods: str
    services: str
    kubernetes: str


def addresses(number: int) -> Addresses:
    """Raises ValueError unless 0 <= number < NODES."""
    if not 0 <= number < NODES:
        raise ValueError(f"number: must be from 0 to {NODES - 1}, not {number}")
    return Addresses(
        link=f"serinus{number}",
        machine=f"198.18.{number}.1",
        node=f"198.18.{number}.2",
        pods=f"198.18.{NODES + number}.0/24",
        services=f"198.19.{number}.0/24",
        kubernetes=f"198.19.{number}.1",
    )


def checked_name(name: str) -> str:
    """The name of a node, which becomes part of paths and of a cgroup's name. Raises ValueError."""
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"name: must be 1 to 40 lower-case letters, digits and inner hyphens, not {name!r}")
    return name
