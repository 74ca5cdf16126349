"""Recorded documents of tests/golden/xray.
A file's name goes in; documents, datagrams or JSON come out.
"""

import json
from pathlib import Path
from typing import Any, Final

from serinus_xray.datagram import unpack

FOLDER: Final = Path(__file__).parents[1] / "golden" / "xray"
SDK_DATAGRAMS: Final = sorted(FOLDER.glob("2*.udp.txt"))


def read(number: str) -> bytes:
    (path,) = FOLDER.glob(f"{number}-*")
    return path.read_bytes()


def parsed(number: str) -> Any:
    return json.loads(read(number))


def document(number: str) -> bytes:
    """The segment document in a file, out of its datagram where it is in one."""
    content = read(number)
    return unpack(content) if content.startswith(b'{"format"') else content


def streamed() -> list[bytes]:
    """31 subsegments, then their parent."""
    return [unpack(json.loads(line).encode()) for line in read("25").splitlines()]


def whole(document: dict[str, Any], **fields: Any) -> bytes:
    """An embedded example of the guide made a document of its own."""
    lacking = {"trace_id": "1-581cf771-a006649127e371903a2de979", "parent_id": "70de5b6f19ff9a0a", "type": "subsegment"}
    return json.dumps({**lacking, **document, **fields}).encode()
