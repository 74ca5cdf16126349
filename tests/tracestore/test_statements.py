"""SQL is found by name."""

from __future__ import annotations

from serinus.tracestore.statements import queries, schema


def test_every_query_stands_under_its_name() -> None:
    found = queries()
    assert found["count"] == "SELECT count(*), count(DISTINCT trace_id) FROM segments"
    assert all(statement and "-- name:" not in statement for statement in found.values())


def test_the_schema_can_be_applied_twice() -> None:
    assert schema().count("CREATE TABLE IF NOT EXISTS") == schema().count("CREATE TABLE") == 4
