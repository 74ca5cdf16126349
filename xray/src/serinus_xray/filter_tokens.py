"""Symbols of filter expressions.
An expression goes in; its symbols with their positions come out, the last one marking the end.
"""

import re
from typing import Final, NamedTuple

from serinus_xray.errors import InvalidFilter

MAX_EXPRESSION: Final = 10_000
_SYMBOL: Final = re.compile(
    r"""\s*(?:
        (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
      | (?P<word>[^\W\d][\w.]*)
      | (?P<key>\[[^\[\]{}"]*\])
      | (?P<hash>\#)
      | (?P<operator>!=|<=|>=|[=<>])
      | (?P<mark>[!(){},:])
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Token(NamedTuple):
    """`kind`: string, number, word, key, operator, mark, hash or end. `text` is bare: without quotes or brackets."""

    kind: str
    text: str
    position: int
    end: int

    @property
    def shown(self) -> str:
        return "the end" if self.kind == "end" else repr(self.text[:40])


def tokens(expression: str) -> list[Token]:
    """Raises InvalidFilter at the first character that begins no symbol. JSON after `#` is one symbol of kind json."""
    if len(expression) > MAX_EXPRESSION:
        raise InvalidFilter(MAX_EXPRESSION, f"longer than {MAX_EXPRESSION} characters")
    found: list[Token] = []
    position = 0
    while not found or found[-1].kind != "end":
        match = _SYMBOL.match(expression, position)
        if match is None or match.lastgroup is None:
            raise _invalid(expression, position)
        token = _json(expression, match) if match.lastgroup == "hash" else _token(match)
        found.append(token)
        position = token.end
    return found


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup or ""
    text = match.group(kind)
    if kind == "string":
        text = _ESCAPED.sub(r"\1", text[1:-1])
    if kind == "key":
        text = text[1:-1].strip()
    return Token(kind, text, match.start(kind), match.end())


def _json(expression: str, match: re.Match[str]) -> Token:
    """From `#[` to the bracket that closes it, as brackets count outside of strings."""
    depth = 0
    for piece in re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]]', re.DOTALL).finditer(expression, match.end()):
        depth += {"[": 1, "]": -1}.get(piece.group(), 0)
        if depth == 0:
            break
    else:
        raise InvalidFilter(match.start("hash"), "Invalid input symbol '#': JSON after it must be a closed array")
    return Token("json", expression[match.end() : piece.end()], match.start("hash"), piece.end())


def _invalid(expression: str, position: int) -> InvalidFilter:
    rest = expression[position:]
    at = position + len(rest) - len(rest.lstrip())
    hint = ": a string must be closed" if expression[at] == '"' else ""
    return InvalidFilter(at, f"Invalid input symbol {expression[at]!r}{hint}")
