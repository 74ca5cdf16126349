"""Every Deployment has the manifests' name and variables, loopback addresses only, and no secret in it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from serinus.local.faults import faults_file
from serinus.local.names import CANARY, CONTROLLER, SMTP, STABLE, USER_MANAGEMENT, XRAY
from serinus.local.objects import ProcessTemplate, Running
from serinus.local.state import State
from serinus.local.templates import Files, Laptop, Ports, templates
from serinus.local.tls import Certificates, Pair

PAIR = Pair(Path("/s/tls/c.pem"), Path("/s/tls/c.key"))
LAPTOP = Laptop(
    Files(Path("/s")), Ports(), Certificates(Path("/s/tls/authority.pem"), PAIR, PAIR), "/python", "notification"
)


@pytest.fixture(scope="module")
def made() -> dict[str, ProcessTemplate]:
    return {template.name: template for template in templates(LAPTOP)}


def test_the_names_are_the_manifests(made: dict[str, ProcessTemplate]) -> None:
    assert set(made) == {XRAY, SMTP, USER_MANAGEMENT, STABLE, CANARY, CONTROLLER}


def test_the_two_versions_differ_in_nothing_but_what_makes_the_version(made: dict[str, ProcessTemplate]) -> None:
    one, two = made[STABLE], made[CANARY]
    differing = {name for name in one.env if one.env[name] != two.env[name]}
    assert differing == {"APP_VERSION", "AWS_XRAY_TRACING_NAME", "FAULTS_FILE"}
    assert (one.version, one.service) == ("V1", "V1-Notification-Microservice")
    assert (two.version, two.service) == ("V2", "V2-Notification-Microservice")


def test_user_management_calls_notification_through_the_router(made: dict[str, ProcessTemplate]) -> None:
    env = made[USER_MANAGEMENT].env
    assert (env["NOTIFICATION_SERVICE_HOST"], env["NOTIFICATION_SERVICE_PORT"]) == ("127.0.0.1", "8096")
    assert env["NOTIFICATION_KEEP_ALIVE"] == "true"
    without = templates(msgspec.structs.replace(LAPTOP, keep_alive=False))
    assert next(t for t in without if t.name == USER_MANAGEMENT).env["NOTIFICATION_KEEP_ALIVE"] == "false"


def test_faults_are_looked_for_where_they_are_written(made: dict[str, ProcessTemplate], tmp_path: Path) -> None:
    for name in (USER_MANAGEMENT, STABLE, CANARY):
        written = faults_file(State(tmp_path), name).relative_to(tmp_path)
        assert made[name].env["FAULTS_FILE"] == str(Path("/s") / written)


def test_a_password_is_told_by_file_only(made: dict[str, ProcessTemplate]) -> None:
    told = {name: value for template in made.values() for name, value in template.env.items() if "PASSWORD" in name}
    assert told == {
        "AWS_MAIL_SERVER_PASSWORD_FILE": "/s/tls/mail-password",
        "INBOX_PASSWORD_FILE": "/s/tls/mail-password",
    }


def test_what_the_others_talk_to_until_the_end_stops_last(made: dict[str, ProcessTemplate]) -> None:
    assert {name for name, template in made.items() if template.stops_last} == {XRAY, SMTP}


def test_the_controller_knows_our_xray_only(made: dict[str, ProcessTemplate]) -> None:
    controller = made[CONTROLLER]
    assert controller.env["AWS_ENDPOINT_URL_XRAY"] == "http://127.0.0.1:2000"
    assert controller.probe == Running()
    assert controller.command[-4:] == ("controller", "notification", "--state", "/s")
