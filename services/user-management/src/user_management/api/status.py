"""GET /usermgmt/health-status: nothing flows in, the original's words flow out; the database is not asked."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

PATH = "/usermgmt/health-status"


def router(version: str) -> APIRouter:
    routes = APIRouter(tags=["status"])

    @routes.get(PATH, response_class=PlainTextResponse)
    async def health_status() -> str:
        return f"User Management Service UP and RUNNING - {version}"

    return routes
