"""Two doors, one port number, and addresses as environment variables want them."""

from __future__ import annotations

import socket

from serinus.tracestore.server import Addresses, open_doors
from tests.contracts.servers import free, running


def test_any_free_port_is_the_same_for_both() -> None:
    doors = open_doors(free())
    assert doors.addresses.http_port == doors.addresses.udp_port == doors.udp.getsockname()[1] > 0
    doors.http.close()
    doors.udp.close()


def test_the_http_socket_names_tcp_so_that_answers_leave_at_once() -> None:
    doors = open_doors(free())
    assert doors.http.proto == socket.IPPROTO_TCP
    doors.http.close()
    doors.udp.close()


def test_two_ports_can_differ() -> None:
    first = open_doors(free())
    number = first.addresses.http_port
    first.http.close()
    first.udp.close()
    doors = open_doors(free(http_port=number))
    assert doors.addresses.http_port == number
    assert doors.addresses.udp_port not in {0, number}
    doors.http.close()
    doors.udp.close()


def test_addresses_are_written_as_clients_read_them() -> None:
    assert Addresses("127.0.0.1", 2000, 2000).daemon == "127.0.0.1:2000"
    assert Addresses("127.0.0.1", 2001, 2000).daemon == "tcp:127.0.0.1:2001 udp:127.0.0.1:2000"
    assert Addresses("::1", 2000, 2000).url == "http://[::1]:2000"


def test_it_listens_on_loopback_unless_asked() -> None:
    with running(free()) as addresses:
        assert addresses.host == "127.0.0.1"
