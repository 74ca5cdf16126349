"""A place in a row of symbols.
Symbols go in; the one ahead comes out, is taken if it is the wanted one, or is refused by position and symbol.
"""

from collections.abc import Sequence

from serinus_xray.errors import InvalidFilter
from serinus_xray.filter_tokens import Token


class Cursor:
    """Never moves beyond the last symbol, which marks the end."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens, self._next = tokens, 0

    @property
    def ahead(self) -> Token:
        return self._tokens[self._next]

    def advance(self) -> Token:
        token = self.ahead
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def at(self, mark: str) -> bool:
        return self.ahead.kind == "mark" and self.ahead.text == mark

    def took(self, mark: str) -> bool:
        return self.at(mark) and bool(self.advance())

    def took_word(self, word: str) -> bool:
        return self.ahead.kind == "word" and self.ahead.text.lower() == word and bool(self.advance())

    def need(self, mark: str) -> None:
        if not self.took(mark):
            raise self.unexpected(repr(mark))

    def take(self, kind: str, wanted: str) -> Token:
        if self.ahead.kind != kind:
            raise self.unexpected(wanted)
        return self.advance()

    def unexpected(self, wanted: str) -> InvalidFilter:
        return InvalidFilter(self.ahead.position, f"Invalid input symbol {self.ahead.shown}: expected {wanted}")
