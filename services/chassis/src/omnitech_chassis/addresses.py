"""Text flows in, a mail address that is safe in a header and an envelope flows out, or ValueError with the rule.

The form is the one HTML prescribes for <input type=email> (https://html.spec.whatwg.org/#valid-e-mail-address), within
the lengths of RFC 5321 §4.5.3.1, with dots only between characters as RFC 5322 §3.4.1 wants: a header cannot carry
others unquoted. No control character, space, comma or bracket can pass.
"""

from __future__ import annotations

import re

ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
PATTERN = rf"^{ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})*$"
LONGEST = 254
LONGEST_LOCAL_PART = 64
_ADDRESS = re.compile(PATTERN.removesuffix("$") + r"\Z")


def address(text: str) -> str:
    """The address unchanged. Raises ValueError."""
    if len(text) > LONGEST:
        raise ValueError(f"an address has at most {LONGEST} characters")
    if _ADDRESS.match(text) is None:
        raise ValueError("not a mail address (local-part@domain, ASCII)")
    if text.index("@") > LONGEST_LOCAL_PART:
        raise ValueError(f"the part before the @ has at most {LONGEST_LOCAL_PART} characters")
    return text
