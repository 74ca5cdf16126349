"""Alive, started and ready are three questions with three answers."""

from __future__ import annotations

from fastapi import FastAPI

from omnitech_chassis.health import Readiness, router
from tests.services.chassis.test_middleware import client_of


async def well() -> str | None:
    return None


async def down() -> str | None:
    return "the database does not answer"


async def answers(readiness: Readiness) -> list[int]:
    app = FastAPI()
    app.include_router(router(readiness))
    async with client_of(app) as client:
        return [(await client.get(path)).status_code for path in ("/livez", "/startupz", "/readyz")]


async def test_before_its_start_a_service_is_only_alive() -> None:
    assert await answers(Readiness()) == [200, 503, 503]


async def test_when_all_checks_pass_it_is_ready() -> None:
    assert await answers(Readiness({"database": well}, started=True)) == [200, 200, 200]


async def test_a_failed_check_makes_it_unready_and_is_named() -> None:
    readiness = Readiness({"schema": well, "database": down}, started=True)

    assert await answers(readiness) == [200, 200, 503]
    assert await readiness.reasons() == {"database": "the database does not answer"}


async def test_a_draining_service_is_alive_and_not_ready() -> None:
    assert await answers(Readiness(started=True, draining=True)) == [200, 200, 503]
