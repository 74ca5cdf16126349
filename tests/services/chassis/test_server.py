"""What the drain promises is seen on real processes in test_command.py; here, the socket."""

from __future__ import annotations

import pytest

from omnitech_chassis.errors import ConfigurationError
from omnitech_chassis.server import KEEP_ALIVE_S, listen


def test_a_taken_port_is_named() -> None:
    with listen("127.0.0.1", 0) as first:
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"PORT: must be free on 127.0.0.1 .*, not {port}"):
            listen("127.0.0.1", port)


def test_connections_outlive_a_load_balancers_idle_timeout() -> None:
    assert KEEP_ALIVE_S > 60
