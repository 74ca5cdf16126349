"""Documents packed side by side: traces of one service resemble each other, 100 bytes each remain of 900.
In: documents as they arrived. Out: compressed blocks and back.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

DOCUMENTS_A_BLOCK: Final = 100
LEVEL: Final = 1  # level 6 takes twice the time for a tenth less space
_PACKER: Final = msgspec.msgpack.Encoder()
_UNPACKER: Final = msgspec.msgpack.Decoder(list[bytes])


def split(documents: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Runs of at most 100 documents, in order."""
    for start in range(0, len(documents), DOCUMENTS_A_BLOCK):
        yield documents[start : start + DOCUMENTS_A_BLOCK]


def pack(documents: Sequence[bytes]) -> bytes:
    """One block."""
    return zlib.compress(_PACKER.encode(documents), LEVEL)


def unpack(body: bytes) -> list[bytes]:
    """The documents of one block, in their order."""
    return _UNPACKER.decode(zlib.decompress(body))
