"""The grammar of filter expressions.
Symbols go in; a term comes out, or InvalidFilter, which names position and symbol.
Source: AWS X-Ray developer guide, "Using filter expressions"; AND binds closer than OR, juxtaposition is AND.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from serinus_xray.errors import InvalidFilter
from serinus_xray.filter_cursor import Cursor
from serinus_xray.filter_subjects import BOOLEANS, CAUSES, NUMBERS, STRINGS, Value
from serinus_xray.filter_terms import (
    NUMERIC,
    TEXT,
    TRUTH,
    And,
    Annotation,
    AtEdge,
    AtRootCause,
    AtService,
    Everything,
    Group,
    Keyword,
    Node,
    Not,
    Or,
    RootCauseLike,
    Term,
    normal_key,
)
from serinus_xray.filter_tokens import Token, tokens

MAX_DEPTH: Final = 40
_GROUPS: Final = frozenset({"group.name", "group.arn", "groupname"})
_ROOT_CAUSES: Final = {
    f"rootcause.{kind}.{level}": (kind, level) for kind in CAUSES for level in ("service", "entity", "exception")
}
_JSON: Final = frozenset({"json", "rootcause.json"})
_ANNOTATION: Final = "annotation."


class Parser:
    """One expression, read from left to right; `groups` are other filters by name or ARN."""

    def __init__(self, expression: str, groups: Mapping[str, Term]) -> None:
        self._cursor, self._groups, self._depth = Cursor(tokens(expression)), groups, 0
        self._inside: str | None = None  # the block we are in: service, edge or rootcause

    def whole(self) -> Term:
        if self._cursor.ahead.kind == "end":
            return Everything()
        term = self._either()
        if self._cursor.ahead.kind != "end":
            raise self._cursor.unexpected("AND, OR or the end")
        return term

    def _either(self) -> Term:
        terms = [self._both()]
        while self._cursor.took_word("or"):
            terms.append(self._both())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _both(self) -> Term:
        terms = [self._unary()]
        while self._cursor.took_word("and") or self._begins_term():
            terms.append(self._unary())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _begins_term(self) -> bool:
        ahead = self._cursor.ahead
        return (ahead.kind == "word" and ahead.text.lower() != "or") or (ahead.kind == "mark" and ahead.text in "!(")

    def _unary(self) -> Term:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise InvalidFilter(self._cursor.ahead.position, f"nested more than {MAX_DEPTH} levels deep")
        term = self._negated_or_grouped()
        self._depth -= 1
        return term

    def _negated_or_grouped(self) -> Term:
        if self._cursor.took("!"):
            return Not(self._unary())
        if self._cursor.took("("):
            term = self._either()
            self._cursor.need(")")
            return term
        return self._term()

    def _term(self) -> Term:
        token = self._cursor.take("word", "a keyword")
        word = token.text.lower()
        if word in BOOLEANS or word in NUMBERS or word in STRINGS:
            return self._keyword(word)
        if word.startswith(_ANNOTATION) or (word == "annotation" and self._cursor.ahead.kind == "key"):
            return self._annotation(token)
        if word in {"service", "edge"}:
            return self._service() if word == "service" else self._edge()
        if word in _GROUPS:
            return self._group()
        if word in _ROOT_CAUSES:
            kind, level = _ROOT_CAUSES[word]
            return AtRootCause(kind, level, self._block("rootcause", required=True))
        if word in _JSON:
            return self._like_json()
        raise InvalidFilter(token.position, f"Invalid input symbol {token.shown}: no such keyword")

    def _keyword(self, word: str) -> Term:
        operation = self._operation()
        if operation is None:
            return Keyword(word)
        if word in BOOLEANS:
            return Keyword(word, self._known(operation, TRUTH), self._truth())
        if word in NUMBERS:
            return Keyword(word, self._known(operation, NUMERIC), self._number())
        return Keyword(word, self._known(operation, TEXT), self._text())

    def _annotation(self, token: Token) -> Term:
        if self._inside is not None:
            raise InvalidFilter(
                token.position,
                f"Invalid input symbol {token.shown}: annotations belong to traces, not inside {self._inside}",
            )
        key = self._cursor.advance().text if token.text.lower() == "annotation" else token.text[len(_ANNOTATION) :]
        if not key:
            raise InvalidFilter(token.position, f"Invalid input symbol {token.shown}: an annotation needs a key")
        operation = self._operation()
        if operation is None:
            return Annotation(normal_key(key))
        value = self._value()
        allowed: Mapping[str, Any] = TRUTH if isinstance(value, bool) else TEXT if isinstance(value, str) else NUMERIC
        return Annotation(normal_key(key), self._known(operation, allowed), value)

    def _service(self) -> Term:
        self._cursor.need("(")
        node = self._node()
        self._cursor.need(")")
        return AtService(node, self._block("service"))

    def _edge(self) -> Term:
        self._cursor.need("(")
        source = self._node()
        self._cursor.need(",")
        target = self._node()
        self._cursor.need(")")
        return AtEdge(source, target, self._block("edge"))

    def _node(self) -> Node:
        if self._cursor.ahead.kind == "string":
            return Node(self._cursor.advance().text)
        if not self._cursor.took_word("id"):
            return Node()
        fields: dict[str, str] = {}
        self._cursor.need("(")
        while not self._cursor.took(")"):
            field = self._cursor.take("word", "name, type or account.id")
            if field.text.lower() not in {"name", "type", "account.id"}:
                raise InvalidFilter(field.position, f"Invalid input symbol {field.shown}: name, type or account.id")
            self._cursor.need(":")
            fields[field.text.lower()] = self._cursor.take("string", "a quoted string").text
            if not self._cursor.took(",") and not self._cursor.at(")"):
                raise self._cursor.unexpected("',' or ')'")
        return Node(fields.get("name"), fields.get("type"), fields.get("account.id"))

    def _block(self, name: str, *, required: bool = False) -> Term:
        if not required and not self._cursor.at("{"):
            return Everything()
        self._cursor.need("{")
        if self._cursor.took("}"):
            return Everything()
        outer, self._inside = self._inside, f"{name} {{}}"
        term = self._either()
        self._inside = outer
        self._cursor.need("}")
        return term

    def _group(self) -> Term:
        self._cursor.take("operator", "'='")
        token = self._cursor.take("string", "a quoted string")
        if token.text not in self._groups:
            raise InvalidFilter(token.position, f"no group is called {token.shown}")
        return Group(token.text, self._groups[token.text])

    def _like_json(self) -> Term:
        self._cursor.take("operator", "'='")
        token = self._cursor.take("json", "#[…]")
        try:
            patterns = msgspec.json.decode(token.text)
        except (msgspec.DecodeError, RecursionError) as error:
            raise InvalidFilter(token.position, f"Invalid input symbol {token.shown}: {error}") from error
        if not isinstance(patterns, list):
            raise InvalidFilter(token.position, f"Invalid input symbol {token.shown}: an array of root causes")
        return RootCauseLike(tuple(patterns))

    def _operation(self) -> Token | None:
        ahead = self._cursor.ahead
        if ahead.kind == "operator" or (ahead.kind == "word" and ahead.text.lower() in TEXT):
            return self._cursor.advance()
        return None

    def _known(self, operation: Token, allowed: Mapping[str, Any]) -> str:
        text = operation.text.lower()
        if text not in allowed:
            raise InvalidFilter(operation.position, f"Invalid input symbol {operation.shown}: use {' '.join(allowed)}")
        return text

    def _value(self) -> Value:
        if self._cursor.ahead.kind == "number":
            return self._number()
        if self._cursor.ahead.kind == "word" and self._cursor.ahead.text.lower() in {"true", "false"}:
            return self._truth()
        return self._text()

    def _truth(self) -> bool:
        token = self._cursor.take("word", "true or false")
        if token.text.lower() not in {"true", "false"}:
            raise InvalidFilter(token.position, f"Invalid input symbol {token.shown}: true or false")
        return token.text.lower() == "true"

    def _number(self) -> float:
        return float(self._cursor.take("number", "a number").text)

    def _text(self) -> str:
        if self._cursor.ahead.kind == "word":  # one documented example leaves the quotes out: name = traces
            return self._cursor.advance().text
        return self._cursor.take("string", "a quoted string").text
