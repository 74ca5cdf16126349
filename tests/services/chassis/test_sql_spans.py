"""Each statement is one span under its request, without parameters; suppressed work leaves none."""

from __future__ import annotations

from pathlib import Path

import pytest
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.trace import StatusCode
from sqlalchemy import URL, text
from sqlalchemy.exc import OperationalError

from omnitech_chassis import database
from omnitech_chassis.sql_spans import attributes, trace_engine
from tests.services.serving import recording


async def test_a_statement_is_a_span_and_its_failure_is_on_it(tmp_path: Path) -> None:
    provider, exporter = recording()
    engine = database.open_engine(database.sqlite_url(tmp_path / "usermgmt.db"))
    trace_engine(engine, provider)
    async with engine.begin() as connection:
        await connection.execute(text("SELECT :secret"), {"secret": "hunter2"})
    with pytest.raises(OperationalError):
        async with engine.begin() as connection:
            await connection.execute(text("SELECT * FROM absent"))
    await engine.dispose()

    fine, failed = exporter.get_finished_spans()
    assert fine.name == "SELECT usermgmt"
    assert fine.attributes == {
        "db.system": "sqlite",
        "db.name": "usermgmt",
        "db.statement": "SELECT ?",
        "db.operation": "SELECT",
    }
    assert (failed.status.status_code, failed.events[0].name) == (StatusCode.ERROR, "exception")


async def test_suppressed_work_leaves_no_span(tmp_path: Path) -> None:
    provider, exporter = recording()
    engine = database.open_engine(database.sqlite_url(tmp_path / "usermgmt.db"))
    trace_engine(engine, provider)
    with suppress_instrumentation():
        async with engine.begin() as connection:
            await connection.execute(text("SELECT 1"))
    await engine.dispose()

    assert exporter.get_finished_spans() == ()


def test_a_server_is_named_by_database_and_host() -> None:
    url = URL.create("mysql+asyncmy", "dbadmin", "hunter2", "mysql", None, "usermgmt")

    assert attributes(url) == {
        "db.system": "mysql",
        "db.name": "usermgmt",
        "db.user": "dbadmin",
        "server.address": "mysql",
        "server.port": 3306,
    }
