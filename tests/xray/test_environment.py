"""The X-Ray SDKs' variables are read as the SDKs read them."""

import pytest

from serinus_xray import environment
from serinus_xray.environment import Strategy
from serinus_xray.errors import InvalidSetting


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:2000", "127.0.0.1", 2000),
        ("xray-service.default:2000", "xray-service.default", 2000),
        ("tcp:127.0.0.1:2001 udp:127.0.0.2:2002", "127.0.0.2", 2002),
        ("udp:127.0.0.2:2002 tcp:127.0.0.1:2001", "127.0.0.2", 2002),
        ("udp:127.0.0.1:2000", "127.0.0.1", 2000),
        ("[::1]:2000", "::1", 2000),
    ],
)
def test_addresses_have_two_forms(text: str, host: str, port: int) -> None:
    assert environment.udp_address(text) == (host, port)


@pytest.mark.parametrize(
    "text", ["", "localhost", ":2000", "host:port", "host:0", "host:65536", "tcp:a:1 tcp:b:2", "host:-1"]
)
def test_a_wrong_address_is_refused_by_variable_and_value(text: str) -> None:
    with pytest.raises(InvalidSetting) as refusal:
        environment.udp_address(text)
    assert refusal.value.variable == "AWS_XRAY_DAEMON_ADDRESS"
    assert repr(text) in str(refusal.value)


def test_what_is_unset_has_the_sdks_default() -> None:
    assert environment.daemon_address({}) == ("127.0.0.1", 2000)
    assert environment.tracing_name({}) is None
    assert environment.context_missing({}) is Strategy.LOG_ERROR


def test_what_is_set_is_taken() -> None:
    assert environment.tracing_name({"AWS_XRAY_TRACING_NAME": "V2-Notification"}) == "V2-Notification"
    assert environment.context_missing({"AWS_XRAY_CONTEXT_MISSING": "runtime_error"}) is Strategy.RUNTIME_ERROR


def test_a_wrong_strategy_is_refused_with_the_right_ones() -> None:
    with pytest.raises(InvalidSetting, match="RUNTIME_ERROR or LOG_ERROR or IGNORE_ERROR, not 'PANIC'"):
        environment.context_missing({"AWS_XRAY_CONTEXT_MISSING": "PANIC"})
