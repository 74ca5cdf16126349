"""GET health-status, info and xray: nothing flows in, what the original said flows out, with this release's version."""

from __future__ import annotations

import socket

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import PlainTextResponse


class AppInfo(BaseModel):
    applicationname: str
    appversion: str
    message: str


def router(version: str) -> APIRouter:
    routes = APIRouter(prefix="/notification", tags=["info"])

    @routes.get("/health-status", response_class=PlainTextResponse)
    async def health_status() -> str:
        return f"Notification Service is UP and Running - {version}"

    @routes.get("/info", response_class=PlainTextResponse)
    async def info() -> str:
        hostname = socket.gethostname()
        return f"Notification Service IP Address: {own_address()}\nHostname: {hostname}\nApplication Version: {version}"

    @routes.get("/xray")
    async def xray() -> AppInfo:
        return AppInfo(applicationname="Notification Microservice", appversion=version, message="Enabled AWS XRay")

    return routes


def own_address() -> str:
    """The address this machine would speak from; asks the routing table and sends nothing (192.0.2.1: RFC 5737)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
