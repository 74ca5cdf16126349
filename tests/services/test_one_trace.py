"""Real processes: a creation is one trace from User Management over Notification to mail server and database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from serinus_xray.segment import Segment
from tests.services.conftest import MAIL_NAME, Database
from tests.services.daemon import listening
from tests.services.environment import environment
from tests.services.mail_sink import Inbox
from tests.services.process import free_port, started
from tests.services.serving import eventually
from tests.services.user_management.api.test_users import CHEAP_HASH, POSTMAN

pytestmark = pytest.mark.timeout(180)
UM, NS = "User-Management-Microservice", "V2-Notification-Microservice"


async def test_a_creation_is_one_trace_to_the_mail_server_with_every_step_in_it(
    database: Database, mail_settings: dict[str, Any], inbox: Inbox, tmp_path: Path
) -> None:
    port = free_port()
    with listening() as daemon:
        xray = {"aws_xray_daemon_address": daemon.address, "aws_xray_context_missing": "LOG_ERROR"}
        mailing = {**database.notification, **mail_settings, **xray, "app_version": "V2", "aws_xray_tracing_name": NS}
        toward = {"notification_service_host": "127.0.0.1", "notification_service_port": port}
        managing = {**database.usermgmt, **CHEAP_HASH, **xray, **toward, "aws_xray_tracing_name": UM}
        with (
            started("notification", environment(mailing), tmp_path / "ns.log", port) as ns,
            started("user_management", environment(managing), tmp_path / "um.log") as um,
        ):
            ns.wait_ready()
            um.wait_ready()
            reply = httpx2.post(f"{um.url}/usermgmt/user", json=POSTMAN, trust_env=False)
            await eventually(lambda: whole(daemon.segments))

    root = reply.headers["x-amzn-trace-id"].partition(";")[0].removeprefix("Root=")
    assert {segment.trace_id for segment in daemon.segments} == {root}
    check_edges(daemon.segments)
    assert "context" not in um.log.read_text() + ns.log.read_text()


def whole(segments: list[Segment]) -> bool:
    """Both services have reported, and so has every parent."""
    ids = {segment.id for segment in segments}
    parents = {segment.parent_id for segment in segments} - {None}
    return {UM, NS} <= {segment.name for segment in segments} and parents <= ids


def check_edges(segments: list[Segment]) -> None:
    (um,) = [segment for segment in segments if segment.name == UM]
    (ns,) = [segment for segment in segments if segment.name == NS]
    calls = {segment.id: segment for segment in segments if segment.type == "subsegment"}
    assert (um.parent_id, um.annotations, ns.annotations) == (None, {"version": "V1"}, {"version": "V2"})
    post = calls[ns.parent_id or ""]
    assert (post.parent_id, post.namespace) == (um.id, "remote")
    (smtp,) = [call for call in calls.values() if call.name == MAIL_NAME and call.parent_id == ns.id]
    assert smtp.namespace == "remote"
    statements = [call for call in calls.values() if call.sql is not None]
    assert {call.parent_id for call in statements} == {um.id, ns.id}
