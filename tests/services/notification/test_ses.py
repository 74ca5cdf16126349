"""SES by its API: whose credentials sign, what X-Ray is told, and what each failure means for the mail."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import httpx2
import msgspec
import pytest
from aws_xray_sdk.core.recorder import AWSXRayRecorder
from aws_xray_sdk.ext.boto_utils import aws_meta_processor
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError

from notification.errors import MailFailure, Rejected, Throttled, Unavailable
from notification.service import SERVICE, transport
from notification.ses import failure
from notification.settings import NotificationSettings
from omnitech_chassis.errors import ConfigurationError
from serinus_xray.graph import service_graph
from serinus_xray.otel import segment_of
from serinus_xray.segment import Segment
from serinus_xray.trace import compile_trace
from tests.loopback import answering
from tests.services import ses_sink
from tests.services.conftest import Database
from tests.services.daemon import listening
from tests.services.environment import environment
from tests.services.mail_stands import SesStand, variables
from tests.services.notification.api.test_send import KEY, MAIL, send, settings
from tests.services.process import started
from tests.services.serving import Running, eventually, serving
from tests.services.ses_sink import Refusal, SesInbox

NS = "V1-Notification-Microservice"
PATIENT = {"mail_timeout_seconds": 50.0, "notification_lease_seconds": 60.0}
TOKEN, SESSION = "eks-pod-identity-token", "session-token-of-the-role"


def refused(status: int, code: str) -> ClientError:
    answered: Any = {"Error": {"Code": code, "Message": "why"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answered, "SendEmail")


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (refused(429, "TooManyRequestsException"), Throttled),
        (refused(400, "ThrottlingException"), Throttled),
        (refused(400, "LimitExceededException"), Throttled),
        (refused(400, "MessageRejected"), Rejected),
        (refused(400, "BadRequestException"), Rejected),
        (refused(400, "MailFromDomainNotVerifiedException"), Unavailable),
        (refused(400, "SendingPausedException"), Unavailable),
        (refused(400, "AccountSuspendedException"), Unavailable),
        (refused(403, "AccessDeniedException"), Unavailable),
        (refused(403, "ExpiredTokenException"), Unavailable),
        (refused(503, "ServiceUnavailable"), Unavailable),
        (EndpointConnectionError(endpoint_url="https://email.test"), Unavailable),
        (ReadTimeoutError(endpoint_url="https://email.test"), Unavailable),
        (NoCredentialsError(), Unavailable),
        (TimeoutError(), Unavailable),
        (FileNotFoundError(2, "no such file", "token"), Unavailable),
    ],
)
def test_each_failure_says_whether_to_try_again(cause: Exception, kind: type[MailFailure]) -> None:
    assert type(failure(cause)) is kind


def test_without_a_region_the_variable_is_named() -> None:
    with pytest.raises(ConfigurationError, match="AWS_REGION: is needed where MAIL_TRANSPORT is ses"):
        transport(NotificationSettings(mail_transport="ses"))


def test_who_sends_by_smtp_does_not_load_boto3() -> None:
    program = "import sys, notification.service, notification.smtp; sys.exit('botocore' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.fixture
def ses_stand(ses_inbox: SesInbox, ca_file: Path, monkeypatch: pytest.MonkeyPatch) -> SesStand:
    return SesStand(ses_inbox, ca_file, monkeypatch)


async def test_every_line_is_seven_bit_and_short_as_ses_asks(ses_stand: SesStand, sqlite: Database) -> None:
    async with serving(SERVICE, settings(sqlite, ses_stand.settings, **PATIENT)) as running:
        await send(running, content="Grüße " * 2000)

    (raw,) = ses_stand.inbox.raw
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert ses_stand.inbox.mails[0].get_content().strip() == ("Grüße " * 2000).strip()


async def test_what_the_api_answers_is_what_a_caller_can_act_on(ses_stand: SesStand, sqlite: Database) -> None:
    async with serving(SERVICE, settings(sqlite, ses_stand.settings, **PATIENT)) as running:
        ses_stand.throttle()
        throttled = await send(running, KEY)
        ses_stand.fail()
        failed = await send(running, KEY)
        sent, repeated = await send(running, KEY), await send(running, KEY)
        ses_stand.reject()
        rejected = await send(running)

    assert [reply.status_code for reply in (throttled, failed, sent, repeated, rejected)] == [429, 503, 200, 200, 422]
    assert (throttled.headers["retry-after"], len(ses_stand.inbox.mails)) == ("10", 1)


def documents(running: Running) -> list[Segment]:
    return [segment for span in running.spans() for segment in segment_of(span, NS)]


def calls(running: Running) -> list[Segment]:
    return [segment for segment in documents(running) if segment.name == "SESv2"]


def as_the_sdk_sees() -> dict[str, Any]:
    """The subsegment that the X-Ray SDK makes of the same call by the same boto3."""
    recorder = AWSXRayRecorder()
    recorder.configure(sampling=False, service=NS)
    client: Any = boto3.client("sesv2", region_name=ses_sink.REGION, config=Config(retries={"total_max_attempts": 1}))
    request = {
        "FromEmailAddress": f"no-reply@{ses_sink.VERIFIED}",
        "Destination": {"ToAddresses": ["ann@example.com"], "CcAddresses": [], "BccAddresses": []},
        "Content": {"Raw": {"Data": b"Subject: Hello\r\n\r\ncontent"}},
    }
    segment = recorder.begin_segment(NS)
    with suppress(ClientError):
        recorder.record_subsegment(
            client._make_api_call, client, ("SendEmail", request), {}, "email", "aws", aws_meta_processor
        )
    client.close()
    recorder.clear_trace_entities()
    recorder.emitter._socket.close()
    seen: dict[str, Any] = json.loads(segment.subsegments[0].serialize())
    return seen


@pytest.mark.parametrize("answer", [None, Refusal(429, "TooManyRequestsException", "slow down")])
async def test_x_ray_is_told_what_its_own_sdk_would_tell(
    ses_stand: SesStand, sqlite: Database, answer: Refusal | None
) -> None:
    inbox = ses_stand.inbox
    async with serving(SERVICE, settings(sqlite, ses_stand.settings, **PATIENT)) as running:
        inbox.answers.extend([answer] if answer else [])
        await send(running)
        (ours,) = calls(running)
    inbox.answers.extend([answer] if answer else [])
    sdk = as_the_sdk_sees()

    mine = msgspec.to_builtins(ours)
    assert {"operation": "SendEmail", "region": ses_sink.REGION, "request_id": inbox.ids[0]} == mine["aws"]
    assert sdk["aws"] == mine["aws"] | {"request_id": inbox.ids[1]}
    assert (ours.namespace, ours.type) == (sdk["namespace"], "subsegment")
    assert sdk["http"] == mine["http"]
    assert (ours.error, ours.throttle, ours.fault) == (answer is not None, answer is not None, False)


async def test_the_call_belongs_to_the_request_and_carries_its_trace(ses_stand: SesStand, sqlite: Database) -> None:
    async with serving(SERVICE, settings(sqlite, ses_stand.settings, **PATIENT)) as running:
        reply = await send(running)
        (call,) = calls(running)

    (asked,) = ses_stand.inbox.asked
    root = reply.headers["x-amzn-trace-id"].partition(";")[0].removeprefix("Root=")
    assert asked.headers["x-amzn-trace-id"] == f"Root={root};Parent={call.id};Sampled=1"


async def test_ses_stands_on_the_map_as_a_service_of_aws(ses_stand: SesStand, sqlite: Database) -> None:
    ses_stand.throttle()
    async with serving(SERVICE, settings(sqlite, ses_stand.settings, **PATIENT)) as running:
        await send(running)
        graph = service_graph([compile_trace(documents(running))])

    nodes = {service.name: service for service in graph.services if service.type != "client"}
    (edge,) = [edge for edge in nodes[NS].edges if edge.reference_id == nodes["SESv2"].reference_id]
    assert nodes["SESv2"].type == "AWS::SESv2"
    assert edge.summary_statistics.error_statistics.throttle_count == 1
    assert edge.summary_statistics.fault_statistics.total_count == 0


class Agent(BaseHTTPRequestHandler):
    """EKS Pod Identity's, which gives a role's credentials to who shows the pod's token."""

    def do_GET(self) -> None:
        allowed = (self.path, self.headers["Authorization"]) == ("/v1/credentials", TOKEN)
        given = {"AccessKeyId": ses_sink.KEY, "SecretAccessKey": ses_sink.SECRET, "Token": SESSION}
        content = json.dumps({**given, "AccountId": "1", "Expiration": "2100-01-01T00:00:00Z"}).encode()
        self.send_response(200 if allowed else 403)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content if allowed else b" " * len(content))

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.timeout(240)
async def test_a_real_process_mails_with_the_role_that_pod_identity_gives_it(
    ses_inbox: SesInbox, ca_file: Path, sqlite: Database, tmp_path: Path
) -> None:
    """Only what EKS puts into a pod, and what our manifests do."""
    ses_inbox.token = SESSION
    (tmp_path / "token").write_text(TOKEN)
    with listening() as daemon, answering(ThreadingHTTPServer(("127.0.0.1", 0), Agent)) as agent:
        mailing = {
            **sqlite.notification,
            **PATIENT,
            "mail_transport": "ses",
            "aws_region": ses_sink.REGION,
            "aws_xray_daemon_address": daemon.address,
            "aws_xray_tracing_name": NS,
        }
        injected = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{agent.server_address[1]}/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
        }
        variables_of_pod = {**environment(mailing), **variables(ses_inbox, ca_file), **injected}
        with started("notification", variables_of_pod, tmp_path / "ns.log") as ns:
            ns.wait_ready(120)
            reply = httpx2.post(f"{ns.url}/notification/send", json=MAIL, timeout=60, trust_env=False)
            await eventually(lambda: any(segment.name == "SESv2" for segment in daemon.segments), 60)

    assert (reply.status_code, [mail["Subject"] for mail in ses_inbox.mails]) == (200, ["Hello"])
    (call,) = [segment for segment in daemon.segments if segment.name == "SESv2"]
    assert (call.namespace, call.aws["operation"]) == ("aws", "SendEmail")
