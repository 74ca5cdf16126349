"""GET notification-health-status, -service-info and -xray: the question flows on to Notification, the answer back.

If Notification does not answer, the status is 500 as in the original; the problem's detail names the cause.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import PlainTextResponse, Response

from omnitech_chassis.errors import Problem
from user_management.notification_client import NotificationClient, Unreachable

DOWN: dict[int | str, dict[str, Any]] = {500: {"description": "Notification did not answer; the detail says why"}}


class NotificationInfo(BaseModel):
    """What Notification says of itself."""

    applicationname: str
    appversion: str
    message: str


def router(notification: NotificationClient) -> APIRouter:
    routes = APIRouter(prefix="/usermgmt", tags=["notification"], responses=DOWN)

    async def forward(path: str) -> Response:
        reply = await notification.get(path)
        if isinstance(reply, Unreachable):
            raise Problem(500, reply.cause)
        return Response(reply.content, media_type=reply.media_type)

    @routes.get("/notification-health-status", response_class=PlainTextResponse)
    async def notification_health_status() -> Response:
        return await forward("/notification/health-status")

    @routes.get("/notification-service-info", response_class=PlainTextResponse)
    async def notification_service_info() -> Response:
        return await forward("/notification/info")

    @routes.get("/notification-xray", response_model=NotificationInfo)
    async def get_notification_app_info() -> Response:
        return await forward("/notification/xray")

    return routes
