"""GET /notification/deliveries/{id} (V2): a delivery's id flows in, what became of it flows out. V1 answers 404."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel

from notification.store import Delivery, DeliveryStore
from omnitech_chassis.errors import Problem

NOT_FOUND: dict[int | str, dict[str, Any]] = {404: {"description": "No such delivery, or this release keeps no log"}}
DeliveryId = Annotated[str, Path(min_length=1, max_length=64)]


class DeliveryReply(BaseModel):
    """Times in ISO 8601, UTC."""

    id: str
    state: Literal["sending", "accepted", "failed", "rejected"]
    attempts: int
    release: str
    recipients: int
    messageId: str  # noqa: N815 -- the wire's spelling, as toEmails
    reason: str
    createdAt: datetime  # noqa: N815
    finishedAt: datetime | None  # noqa: N815


def router(version: str, store: DeliveryStore) -> APIRouter:
    routes = APIRouter(prefix="/notification", tags=["deliveries"])

    @routes.get("/deliveries/{delivery}", responses=NOT_FOUND)
    async def delivery_log(delivery: DeliveryId) -> DeliveryReply:
        if version == "V1":
            raise Problem(404, "Release V1 shows no delivery log; V2 does")
        found = await store.find(delivery)
        if found is None:
            raise Problem(404, f"Delivery {delivery} doesn't exist!")
        return reply(found)

    return routes


def reply(delivery: Delivery) -> DeliveryReply:
    finished = None if delivery.finished_at is None else datetime.fromtimestamp(delivery.finished_at, UTC)
    return DeliveryReply(
        id=delivery.id,
        state=delivery.state.value,
        attempts=delivery.attempts,
        release=delivery.release,
        recipients=delivery.recipients,
        messageId=delivery.message_id,
        reason=delivery.reason,
        createdAt=datetime.fromtimestamp(delivery.created_at, UTC),
        finishedAt=finished,
    )
