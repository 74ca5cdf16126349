"""Expressions become the terms their precedence says."""

from serinus_xray.filter_grammar import Parser
from serinus_xray.filter_terms import And, Annotation, AtEdge, AtService, Everything, Keyword, Node, Not, Or, Term


def term(expression: str) -> Term:
    return Parser(expression, {}).whole()


def test_and_binds_closer_than_or() -> None:
    assert term("ok OR fault AND error") == Or((Keyword("ok"), And((Keyword("fault"), Keyword("error")))))


def test_juxtaposition_is_and() -> None:
    assert term("ok !partial duration <3") == And(
        (Keyword("ok"), Not(Keyword("partial")), Keyword("duration", "<", 3.0))
    )
    assert term("ok AND fault") == term("ok fault")


def test_parentheses_come_first() -> None:
    assert term("(ok OR fault) error") == And((Or((Keyword("ok"), Keyword("fault"))), Keyword("error")))


def test_services_and_edges_carry_their_block() -> None:
    assert term('service("a") {fault}') == AtService(Node("a"), Keyword("fault"))
    assert term('edge("a", id(name: "b", type: "t")) {}') == AtEdge(Node("a"), Node("b", "t"), Everything())


def test_annotation_keys_are_normal() -> None:
    assert term("annotation[App.Version] = true") == Annotation("app_version", "=", value=True)
