"""Framing of the X-Ray daemon's UDP port.
One segment document goes in and a datagram comes out, or the other way round.
Source: aws-xray-daemon 3.6, pkg/tracesegment: header line `{"format":"json","version":1}`, newline, body.
"""

from typing import Final

import msgspec

from serinus_xray.errors import MalformedDatagram

HEADER: Final = b'{"format":"json","version":1}\n'
MAX_DATAGRAM: Final = 65_507
MAX_BODY: Final = MAX_DATAGRAM - len(HEADER)


class _Header(msgspec.Struct, frozen=True):
    format: str
    version: int


_HEADER_DECODER: Final = msgspec.json.Decoder(_Header)


def pack(documents: bytes) -> bytes:
    """Raises MalformedDatagram if the body is empty or the whole exceeds 65,507 bytes."""
    if not documents:
        raise MalformedDatagram("empty body")
    if len(documents) > MAX_BODY:
        raise MalformedDatagram(f"{len(HEADER) + len(documents)} bytes, at most {MAX_DATAGRAM} fit")
    return HEADER + documents


def unpack(datagram: bytes) -> bytes:
    """The body. Raises MalformedDatagram with the reason, as the daemon would count a rejection."""
    if len(datagram) > MAX_DATAGRAM:
        raise MalformedDatagram(f"{len(datagram)} bytes, at most {MAX_DATAGRAM} fit")
    if datagram.startswith(HEADER):
        body = datagram[len(HEADER) :]
    else:
        line, _, body = datagram.partition(b"\n")
        _check_header(line)
    if not body.strip():
        raise MalformedDatagram("empty body")
    return body


def _check_header(line: bytes) -> None:
    try:
        header = _HEADER_DECODER.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedDatagram(f"header line is not {HEADER.decode().strip()}: {error}") from error
    if header.format.lower() != "json":
        raise MalformedDatagram(f"header format must be json, not {header.format[:40]!r}")
    if header.version != 1:
        raise MalformedDatagram(f"header version must be 1, not {header.version}")
