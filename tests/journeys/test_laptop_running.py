"""A demo that is looked at, steered and hurt while it runs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from serinus.local.mails import read_inbox
from serinus.local.names import CANARY, CONTROLLER, HOST, STABLE, XRAY
from tests.journeys.laptop import SERINUS, Running, alive, running_demo

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with running_demo(tmp_path / "state", "--steps", "50,100") as demo:
        yield demo


def entry_port(running: Running, scheme: str) -> int:
    line = running.until(
        f"{scheme} URL", lambda: [w for w in running.said().split() if w.startswith(f"{scheme}://{HOST}:")]
    )
    return int(line[0].split(":")[2].split("/")[0])


def curl(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(("curl", "-s", *words), capture_output=True, text=True, timeout=20, check=False)


def serinus(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run((*SERINUS, *words), capture_output=True, text=True, timeout=60, check=False)


def replaced(running: Running, deployment: str, killed: int) -> bool:
    """Another process stands where the killed one was."""
    pids = running.pids(deployment)
    return bool(pids) and killed not in pids


def gone(running: Running, deployment: str) -> bool:
    return not running.pids(deployment)


def mailed(running: Running, address: str) -> bool:
    return address in {mail.to for mail in read_inbox(running.directory / "inbox")}


def test_killing_any_process_does_not_change_the_end_and_ctrl_c_leaves_nothing(running: Running) -> None:
    running.until("first step", running.phase("Analysing"), 90)
    for deployment in (STABLE, CANARY, CONTROLLER, XRAY):
        killed = running.kill(deployment)
        running.until(f"a new {deployment}", partial(replaced, running, deployment, killed), 60)

    running.until("end", running.phase("Promoted", "RolledBack"), 420)
    running.until("summary", lambda: "duplicates" in running.said(), 90)
    pids = running.all_pids()

    assert running.status().phase == "Promoted"
    assert " 0 lost" in running.said()
    again = serinus("replay", "--run", "notification", "--state", str(running.directory))
    assert again.returncode == 0, again.stdout
    assert running.stop() == 130
    assert [pid for pid in pids if alive(pid)] == []


def test_the_entry_answers_redirects_and_the_release_can_be_steered(running: Running) -> None:
    port, plain = entry_port(running, "https"), entry_port(running, "http")
    running.until("first step", running.phase("Analysing"), 90)
    answers = set()
    for _ in range(12):
        url = f"https://{HOST}:{port}/usermgmt/notification-xray"
        answered = curl("-k", "--resolve", f"{HOST}:{port}:127.0.0.1", url)
        answers.add(json.loads(answered.stdout)["appversion"])
    seen = ("-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "--resolve", f"{HOST}:{plain}:127.0.0.1")
    code, location = curl(*seen, f"http://{HOST}:{plain}/usermgmt/users").stdout.split()

    assert answers == {"V1", "V2"}
    assert code in ("301", "302", "307", "308")
    assert location.startswith(f"https://{HOST}")

    state = ("--state", str(running.directory))
    assert serinus("pause", "notification", "--reason", "look first", *state).returncode == 0
    running.until("pause", lambda: running.status().paused)
    assert serinus("explain", *state).stdout.startswith("Paused (")
    assert serinus("list", *state).stdout.splitlines()[1].startswith("notification   Paused (")
    assert serinus("wait", *state, "--fail-on-pause").returncode == 6
    assert serinus("resume", "notification", "--reason", "seen", *state).returncode == 0
    running.until("resume", lambda: not running.status().paused)
    assert serinus("fault", "v2=fault:30%", *state).returncode == 0
    running.until("roll back", running.phase("RolledBack"), 120)
    run = running.run()

    assert run.outcome == "rolled back"
    assert serinus("wait", *state).returncode == 3
    assert "RolledBack" in serinus("get", "--watch", *state).stdout
    assert [entry.reason for entry in run.timeline if entry.by != "serinus"][:1] == ["Paused"]
    assert len(run.examples) >= 3
    xray = ("--endpoint-url", (running.directory / "xray.url").read_text().strip())
    shown = serinus("traces", str(run.examples[0]["Id"]), *xray).stdout
    assert "V2-Notification-Microservice" in shown
    assert "InjectedFault" in shown
    assert "V1-Notification-Microservice" in serinus("map", *xray).stdout

    recorded = running.directory / "traffic.ndjson"
    recorded.write_text(serinus("observations", *state).stdout)
    *_, last = serinus("replay", "--observations", str(recorded), "-o", "json").stdout.splitlines()
    assert json.loads(last)["final"]["verdict"] == "fail"


def test_a_user_created_while_notification_is_down_gets_the_mail_when_it_is_back(running: Running) -> None:
    port = entry_port(running, "https")
    running.until("first step", running.phase("Analysing"), 90)
    for deployment in (CONTROLLER, STABLE, CANARY):
        running.state.write_scale(deployment, 0)
        running.until(f"no {deployment}", partial(gone, running, deployment))
    user = {"username": "patience", "email": "patience@example.com", "role": "ROLE_USER", "enabled": True}
    user |= {"firstname": "Pat", "lastname": "Ience", "password": "Pass@123word"}
    url = f"https://{HOST}:{port}/usermgmt/user"
    trusted = ("--cacert", str(running.directory / "tls/authority.pem"), "--resolve", f"{HOST}:{port}:127.0.0.1")
    answer = curl(*trusted, "-w", "%{http_code}", "--json", json.dumps(user), url)
    assert answer.stdout == "200"
    assert not mailed(running, "patience@example.com")

    running.state.write_scale(STABLE, 4)
    running.until("mail", lambda: mailed(running, "patience@example.com"), 60)
