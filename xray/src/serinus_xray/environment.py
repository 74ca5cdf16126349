"""What the X-Ray SDKs read from the environment.
Environment variables go in as a mapping; addresses, names and strategies come out, or an error naming the variable.
Source: AWS X-Ray SDK for Python, "Environment variables".
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from serinus_xray.errors import InvalidSetting

DAEMON_ADDRESS: Final = "AWS_XRAY_DAEMON_ADDRESS"
TRACING_NAME: Final = "AWS_XRAY_TRACING_NAME"
CONTEXT_MISSING: Final = "AWS_XRAY_CONTEXT_MISSING"
DEFAULT_ADDRESS: Final = "127.0.0.1:2000"


class Strategy(StrEnum):
    """What happens when a span starts outside of any segment."""

    RUNTIME_ERROR = "RUNTIME_ERROR"
    LOG_ERROR = "LOG_ERROR"
    IGNORE_ERROR = "IGNORE_ERROR"


class Address(NamedTuple):
    host: str
    port: int


def udp_address(text: str) -> Address:
    """Of `host:port` or `tcp:host:port udp:host:port`, in either order; IPv6 in brackets. Raises InvalidSetting."""
    parts = text.split()
    if len(parts) == 1:
        return _address(parts[0].removeprefix("udp:"), text)
    for part in parts:
        if part.startswith("udp:"):
            return _address(part.removeprefix("udp:"), text)
    raise InvalidSetting(DAEMON_ADDRESS, "host:port or tcp:host:port udp:host:port", text)


def daemon_address(environ: Mapping[str, str]) -> Address:
    return udp_address(environ.get(DAEMON_ADDRESS) or DEFAULT_ADDRESS)


def tracing_name(environ: Mapping[str, str]) -> str | None:
    return environ.get(TRACING_NAME) or None


def context_missing(environ: Mapping[str, str]) -> Strategy:
    """LOG_ERROR unless set, as in AWS's SDKs. Raises InvalidSetting."""
    text = environ.get(CONTEXT_MISSING) or Strategy.LOG_ERROR
    try:
        return Strategy(text.upper())
    except ValueError as error:
        raise InvalidSetting(CONTEXT_MISSING, " or ".join(Strategy), text) from error


def _address(host_and_port: str, text: str) -> Address:
    host, _, port = host_and_port.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65536:
        raise InvalidSetting(DAEMON_ADDRESS, "host:port or tcp:host:port udp:host:port", text)
    return Address(host, int(port))
