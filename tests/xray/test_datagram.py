"""Datagrams are framed as the daemon frames them; a refusal says why."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serinus_xray import datagram
from serinus_xray.errors import MalformedDatagram
from tests.xray.golden import SDK_DATAGRAMS, read


@given(st.binary(min_size=1, max_size=300).filter(lambda body: body.strip() != b""))
@settings(deadline=None)
def test_a_body_survives_the_way_there_and_back(body: bytes) -> None:
    assert datagram.unpack(datagram.pack(body)) == body


@pytest.mark.parametrize(
    "header",
    [b'{"format": "json", "version": 1}', b'{"version":1,"format":"JSON"}', b'{"format":"json","version":1,"x":2}'],
)
def test_other_spellings_of_the_header_are_taken(header: bytes) -> None:
    assert datagram.unpack(header + b"\nbody\nmore") == b"body\nmore"


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (b'{"format":"json","version":2}\n{}', "version must be 1, not 2"),
        (b'{"format":"xml","version":1}\n{}', "format must be json, not 'xml'"),
        (b'{"format":"json"}\n{}', "version"),
        (b'{"format":"json","version":1}\n', "empty body"),
        (b'{"format":"json","version":1}\n  \n', "empty body"),
        (b'{"format":"json","version":1}', "empty body"),
        (b"not json at all", "header line"),
        (b"\xff\xfe\n{}", "header line"),
        (b"", "header line"),
        (b"[" * 50_000, "header line"),
        (b"x" * 65_508, "65508 bytes, at most 65507 fit"),
    ],
)
def test_a_wrong_datagram_is_refused_with_the_reason(packet: bytes, reason: str) -> None:
    with pytest.raises(MalformedDatagram, match=reason):
        datagram.unpack(packet)


@pytest.mark.parametrize(
    ("body", "reason"), [(b"", "empty body"), (b"x" * datagram.MAX_BODY + b"x", "at most 65507 fit")]
)
def test_what_would_not_arrive_is_not_packed(body: bytes, reason: str) -> None:
    with pytest.raises(MalformedDatagram, match=reason):
        datagram.pack(body)


def test_the_largest_body_fits() -> None:
    assert len(datagram.pack(b"x" * datagram.MAX_BODY)) == datagram.MAX_DATAGRAM


@pytest.mark.parametrize("path", SDK_DATAGRAMS, ids=lambda path: path.name)
def test_the_sdks_datagrams_are_unpacked(path: object) -> None:
    assert datagram.unpack(read(str(path).rpartition("/")[2][:2])).startswith(b"{")


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_no_bytes_crash_the_door(packet: bytes) -> None:
    with suppress(MalformedDatagram):
        datagram.unpack(packet)
