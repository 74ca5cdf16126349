"""Queries of SQL databases, by old and new conventions."""

import pytest

from serinus_xray.otel_sql import MAX_QUERY, database_name, sql_of
from serinus_xray.segment import Sql
from tests.xray.spans import PARENT, span


@pytest.mark.parametrize("system", ["mysql", "mariadb", "sqlite", "postgresql"])
@pytest.mark.parametrize(
    ("key", "name", "query"),
    [("db.system", "db.name", "db.statement"), ("db.system.name", "db.namespace", "db.query.text")],
)
def test_sql_systems_are_known_by_both_conventions(system: str, key: str, name: str, query: str) -> None:
    attributes = {key: system, name: "users", query: "SELECT 1", "server.address": "rds", "server.port": 3306}
    made = sql_of(span("CLIENT", PARENT, name="SELECT", attributes=attributes))
    assert made == Sql("rds:3306/users", "SELECT", "SELECT 1", system)


def test_a_given_connection_string_is_kept() -> None:
    made = sql_of(
        span("CLIENT", PARENT, attributes={"db.system": "mysql", "db.connection_string": "mysql://h", "db.name": "d"})
    )
    assert made is not None
    assert made.connection_string == "mysql://h/d"


@pytest.mark.parametrize("attributes", [{}, {"db.system": "redis"}])
def test_others_have_no_query(attributes: dict[str, str]) -> None:
    assert sql_of(span("CLIENT", PARENT, attributes=attributes)) is None


def test_a_long_query_is_cut() -> None:
    made = sql_of(span("CLIENT", PARENT, attributes={"db.system": "mysql", "db.statement": "x" * 10_000}))
    assert made is not None
    assert len(made.sanitized_query or "") == MAX_QUERY


def test_a_database_without_name_names_nothing() -> None:
    assert database_name({"db.system": "mysql"}) is None
