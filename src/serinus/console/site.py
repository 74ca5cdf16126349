"""Where the console is answered and how people come in. In: a port, or the addresses people use. Out: one value.
On a laptop a link opens one session; on a cluster it is a pasted token, or the sign-on of the load balancer in front.
"""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlsplit

from msgspec import Struct

from serinus.errors import InvalidInput

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
CLUSTER_COOKIE = "__Host-serinus"


class Way(StrEnum):
    """How a person comes in."""

    LINK = "link"
    TOKEN = "token"  # noqa: S105  a kind of door, no password
    SSO = "sso"


class Site(Struct, frozen=True):
    """`origins`: scheme, name and port as a browser says them. `secure`: the cookie travels under TLS only."""

    way: Way
    origins: tuple[str, ...]
    cookie: str
    secure: bool

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(origin.partition("://")[2] for origin in self.origins)


def laptop(port: int) -> Site:
    """Loopback by HTTP. Browsers share cookies among the ports of a host; two consoles must not."""
    return Site(Way.LINK, _loopback(port), f"serinus-{port}", secure=False)


def cluster(way: Way, addresses: tuple[str, ...], port: int) -> Site:
    """Behind a tunnel of kubectl (its end is loopback, which browsers trust like TLS) or behind the addresses given.
    InvalidInput: an address that browsers would not call safe.
    """
    return Site(way, tuple(origin(one) for one in addresses) or _loopback(port), CLUSTER_COOKIE, secure=True)


def origin(address: str) -> str:
    """As a browser says it in `Origin`. InvalidInput: no URL, plain HTTP to another machine, or more than an origin."""
    parts = urlsplit(address)
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and loopback)):
        raise InvalidInput("--address", "must begin with https:// (http:// for localhost alone)", address)
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise InvalidInput("--address", "must be a scheme, a name and perhaps a port", address)
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(f':{usual}')}"


def _loopback(port: int) -> tuple[str, ...]:
    return tuple(f"http://{name}:{port}" for name in LOOPBACK_NAMES)
