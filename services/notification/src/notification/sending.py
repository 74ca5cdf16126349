"""A Mail flows in with its delivery id, is claimed, written, delivered and recorded; what became of it flows out.

The delivery is a CLIENT span of its own, so the mail server or SES stands on the service map.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer
from sqlalchemy.exc import SQLAlchemyError

from notification.deciding import Decision, Send, State
from notification.errors import MailFailure, Rejected, Unavailable
from notification.mail import Mail, fingerprint
from notification.store import DeliveryStore, Order
from notification.transport import Acceptance, Transport
from notification.writing import Write, message_id
from omnitech_chassis.errors import InjectedFault
from omnitech_chassis.faults_file import Faults
from omnitech_chassis.logs import log


class Desk(msgspec.Struct, frozen=True):
    """Everything sending needs; `clock` in epoch seconds."""

    release: str
    sender: str
    lease_s: float
    write: Write
    transport: Transport
    store: DeliveryStore
    faults: Faults
    tracer: Tracer
    clock: Callable[[], float]


async def send(desk: Desk, mail: Mail, delivery: str) -> Decision:
    """`Send` means it was sent now; else what is known already. Raises MailFailure, after recording it."""
    decision = await desk.store.claim(_order(desk, mail, delivery), desk.clock())
    if not isinstance(decision, Send):
        return decision
    try:
        acceptance = await _deliver(desk, mail, delivery)
    except MailFailure as failed:
        state = State.REJECTED if isinstance(failed, Rejected) else State.FAILED
        await _record(desk, delivery, state, failed.reason)
        raise
    await _record(desk, delivery, State.ACCEPTED, _remark(acceptance))
    return decision


async def _record(desk: Desk, delivery: str, state: State, reason: str) -> None:
    """What happened has happened: if it cannot be written down, the caller still gets the true answer."""
    try:
        await desk.store.finish(delivery, state, reason, desk.clock())
    except (SQLAlchemyError, OSError) as down:
        log("sending").error("outcome not recorded", delivery=delivery, state=state, reason=type(down).__name__)


def _order(desk: Desk, mail: Mail, delivery: str) -> Order:
    identity = message_id(delivery, desk.sender)
    return Order(delivery, fingerprint(mail), desk.release, len(mail.recipients), identity, desk.lease_s)


def _remark(acceptance: Acceptance) -> str:
    return f"refused for {', '.join(acceptance.refused)}" if acceptance.refused else acceptance.words


async def _deliver(desk: Desk, mail: Mail, delivery: str) -> Acceptance:
    call = desk.transport.call
    with desk.tracer.start_as_current_span(call.name, kind=SpanKind.CLIENT, attributes=call.attributes) as span:
        span.set_attribute("mail.recipients", len(mail.recipients))
        message = desk.write(mail, delivery, datetime.fromtimestamp(desk.clock(), UTC))
        try:
            if desk.faults.strikes(desk.faults.plan().mail):
                raise Unavailable("mail failure on demand") from InjectedFault("this mail was chosen to fail")
            return await desk.transport.deliver(message, desk.sender, mail)
        except MailFailure as failed:
            span.set_status(Status(StatusCode.ERROR, failed.reason))
            raise
