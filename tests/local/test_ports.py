"""A taken port is named with its use and the option that changes it; free ones lie below the ephemeral range: there no
other program's outgoing connection takes one that a test has just let go.
"""

from __future__ import annotations

import socket

import pytest

from serinus.errors import PlatformError, PortTaken
from serinus.local.ports import FIRST, LAST, LOOPBACK, free_ports, is_free, require_free


def test_a_port_where_somebody_listens_is_taken() -> None:
    port = next(free_ports(11_000))
    with socket.create_server((LOOPBACK, port)):
        expected = rf"port {port} \(X-Ray\) is taken by another program; choose another with --xray-port PORT"
        with pytest.raises(PortTaken, match=expected):
            require_free(port, "X-Ray", "--xray-port")
    require_free(port, "X-Ray", "--xray-port")


def test_a_port_taken_for_datagrams_only_is_taken_where_datagrams_are_wanted() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        port = next(free_ports(11_500))
        server.bind((LOOPBACK, port))
        require_free(port, "X-Ray", "--xray-port")
        with pytest.raises(PortTaken):
            require_free(port, "X-Ray", "--xray-port", udp=True)


def test_free_ports_are_free_distinct_and_not_among_the_taken() -> None:
    ports = free_ports(9000, taken={FIRST + 9000})
    first, second = next(ports), next(ports)
    assert FIRST + 9000 < first < second <= LAST
    assert is_free(first)


def test_no_free_port_is_an_error_of_the_platform() -> None:
    with pytest.raises(PlatformError, match="no free loopback port"):
        next(free_ports(0, taken=range(FIRST, LAST + 1)))
