"""Text flows in, the same text flows out when it fits one line of a mail header or a log, or ValueError. Pure.

Unicode has more line breaks than CR and LF (https://www.unicode.org/reports/tr14/); mail headers refuse them all.
"""

from __future__ import annotations

import unicodedata

_BREAKING = frozenset({"Cc", "Zl", "Zp"})  # control characters, line and paragraph separator


def one_line(text: str) -> str:
    """The text unchanged. Raises ValueError."""
    if any(unicodedata.category(character) in _BREAKING for character in text):
        raise ValueError("must be one line without control characters")
    return text
