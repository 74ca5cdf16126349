"""Trace and segment ids.
Clock readings and random bits come in as arguments; ids in X-Ray's and the W3C's form come out.
Source: AWS X-Ray developer guide, "Trace ID format"; W3C Trace Context §3.2.2.3.
"""

import re
from typing import Final

from serinus_xray.errors import MalformedHeader

_TRACE: Final = re.compile(r"1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}")
_W3C: Final = re.compile(r"[0-9a-fA-F]{32}")
_SEGMENT: Final = re.compile(r"[0-9a-fA-F]{16}")


def new_trace_id(now: float, random96: int) -> str:
    """`now` in epoch seconds (its low 32 bits are kept), 96 random bits: `1-<8 hex>-<24 hex>`."""
    return f"1-{int(now) & 0xFFFFFFFF:08x}-{random96 & (1 << 96) - 1:024x}"


def new_segment_id(random64: int) -> str:
    return f"{random64 & (1 << 64) - 1:016x}"


def is_trace_id(text: str) -> bool:
    return _TRACE.fullmatch(text) is not None


def is_segment_id(text: str) -> bool:
    return _SEGMENT.fullmatch(text) is not None


def from_w3c(hex32: str) -> str:
    """Loss-free. Raises MalformedHeader if `hex32` is not 32 hexadecimal digits."""
    if _W3C.fullmatch(hex32) is None:
        raise MalformedHeader("a trace id of 32 hexadecimal digits", hex32)
    lower = hex32.lower()
    return f"1-{lower[:8]}-{lower[8:]}"


def to_w3c(trace_id: str) -> str:
    """Loss-free. Raises MalformedHeader if `trace_id` is not `1-<8 hex>-<24 hex>`."""
    if not is_trace_id(trace_id):
        raise MalformedHeader("a trace id of the form 1-<8 hex>-<24 hex>", trace_id)
    return (trace_id[2:10] + trace_id[11:]).lower()


def trace_time(trace_id: str) -> float:
    """Epoch seconds in the id's time part; meaningless for ids made at random. Raises MalformedHeader."""
    return float(int(to_w3c(trace_id)[:8], 16))
