"""The main job on a laptop, each as a person would see it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from serinus.traces.client import XRayClient
from tests.console.browser import chromium, console, needs_chromium, signed_in
from tests.journeys.laptop import SERINUS, demo

pytestmark = [pytest.mark.journey, pytest.mark.timeout(480)]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Future[dict[str, Any]]]]:
    """A release with nothing wrong, from its first moment: its directory, and the document at its end."""
    directory = tmp_path_factory.mktemp("healthy") / "state"
    with ThreadPoolExecutor(1) as beside:
        yield directory, beside.submit(demo, directory)


@needs_chromium
def test_a_healthy_v2_is_watched_in_the_console_until_it_is_promoted_by_itself(
    healthy: tuple[Path, Future[dict[str, Any]]],
) -> None:
    directory, ending = healthy
    deadline = time.monotonic() + 60
    while not directory.is_dir():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    with chromium() as browser, console(directory) as opened:
        page = signed_in(browser, opened)
        page.get_by_role("link", name="default/notification", exact=True).click()
        verdict = page.get_by_role("region", name="Verdict")
        expect(verdict).to_contain_text("of requests go to the canary", timeout=120_000)
        expect(page.get_by_role("region", name="Checks")).to_be_visible(timeout=120_000)
        expect(verdict).to_contain_text("Promoted", timeout=400_000)
        expect(verdict).to_contain_text("serves all traffic")
        expect(page.get_by_text("No trace speaks against the canary.")).to_be_visible()

    assert ending.result()["outcome"] == "promoted"


def test_a_healthy_v2_is_promoted_step_by_step(healthy: tuple[Path, Future[dict[str, Any]]]) -> None:
    ending = healthy[1].result()

    assert ending["outcome"] == "promoted"
    assert [step["weight"] for step in ending["steps"]] == [25, 50, 75, 100]
    assert [step["applied"] for step in ending["steps"]] == [25, 50, 75, 100]
    half = ending["steps"][1]["measured"]
    assert half["low"] <= 0.5 <= half["high"]
    assert abs(ending["steps"][1]["routed"]["share"] - 0.5) < 0.02
    assert ending["requests"]["failed"] == 0
    assert ending["mail"]["created"] > 0
    assert ending["mail"]["delivered"] == ending["mail"]["created"]
    assert (ending["mail"]["lost"], ending["mail"]["duplicates"]) == (0, 0)
    assert set(ending["mail"]["by"]) == {"V1", "V2"}
    assert ending["traces"]["segments"] > ending["requests"]["total"]
    assert ending["traces"]["rejected"] == 0


def test_a_faulty_v2_is_rolled_back_and_the_traces_prove_it(tmp_path: Path) -> None:
    ending = demo(tmp_path / "state", "--fault", "v2=fault:5%")

    assert ending["outcome"] == "rolled back"
    check = ending["verdict"]["checks"][0]
    assert (
        check["canary"]["events"] / check["canary"]["requests"]
        > check["stable"]["events"] / check["stable"]["requests"]
    )
    assert check["difference"]["low"] < check["difference"]["estimate"] < check["difference"]["high"]
    assert check["e_fail"] >= 100
    assert ending["verdict"]["false_alarm"] == 0.01
    assert ending["mail"]["lost"] == 0
    examples = ending["traces"]["examples"]
    assert len(examples) >= 3
    assert_faults_in_canary(Path(ending["store"]), examples)
    assert_found_again(tmp_path / "state")


def assert_found_again(state: Path) -> None:
    """Every verdict of the run, from the log beside its record, to the digit."""
    command = (*SERINUS, "replay", "--run", "notification", "--state", str(state), "--output", "json")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])["final"]
    assert (last["verdict"], last["same"], last["notes"]) == ("fail", True, [])


def assert_faults_in_canary(store: Path, examples: list[str]) -> None:
    """The store file is served again, and each example has a fault in a V2 segment."""
    with subprocess.Popen(
        (*SERINUS, "xray", "--port", "0", "--store", str(store)), stdout=subprocess.PIPE, text=True
    ) as xray:
        assert xray.stdout is not None
        url = xray.stdout.readline().split()[2].rstrip(",")
        try:
            traces = XRayClient(url).batch_get(examples)
        finally:
            xray.terminate()
    assert {trace["Id"] for trace in traces} == set(examples)
    for trace in traces:
        documents = [segment["Document"] for segment in trace["Segments"]]
        assert any('"V2-Notification-Microservice"' in one and '"fault":true' in one for one in documents)


@pytest.fixture(scope="module")
def side_by_side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[dict[str, Any]]]]:
    """Two demos at once: neither ending depends on how fast the machine is."""
    options = {
        "both": ("--fault", "both=fault:2%", "--steps", "25,100", "--max-time", "40s"),
        "db": ("--fault", "db=latency:300ms", "--max-time", "45s"),
    }
    with ThreadPoolExecutor(2) as pool:
        yield {
            name: pool.submit(demo, tmp_path_factory.mktemp(name) / "state", *more, seconds=290)
            for name, more in options.items()
        }


def test_the_same_faults_in_both_versions_are_no_evidence_against_v2(
    side_by_side: dict[str, Future[dict[str, Any]]],
) -> None:
    ending = side_by_side["both"].result()

    assert ending["outcome"] in ("promoted", "held")
    assert ending["requests"]["faults"] > 0
    assert ending["mail"]["lost"] == 0


def test_a_slow_database_of_the_caller_freezes_the_ramp_and_condemns_nobody(
    side_by_side: dict[str, Future[dict[str, Any]]],
) -> None:
    """It is not Notification's database: only the requests that users made, through either version, are slow."""
    ending = side_by_side["db"].result()

    assert (ending["outcome"], ending["reason"]) == ("held", "SharedHarm")
    assert ending["message"].startswith("POST /usermgmt/user misses the objective whichever version it reaches")
    assert ending["steps"][-1]["weight"] < 100


@pytest.mark.long
def test_replica_counts_split_by_the_published_table(tmp_path: Path) -> None:
    ending = demo(tmp_path / "state", "--router", "replicas")

    assert ending["outcome"] == "promoted"
    assert [step["applied"] for step in ending["steps"]] == [25, 50, 75, 100]
    assert all(step["measured"]["low"] <= step["weight"] / 100 <= step["measured"]["high"] for step in ending["steps"])
    assert ending["requests"]["failed"] == 0
    assert ending["mail"]["lost"] == 0


@pytest.mark.long
def test_kept_connections_skew_the_split_and_the_release_holds(tmp_path: Path) -> None:
    """So few requests that one connection carries them: all of them go to whichever pod it reached. Where that is one
    of stable's, a block without a canary request closes after a minute.
    """
    few = ("--rps", "8", "--users", "0")
    ending = demo(tmp_path / "state", "--router", "replicas", "--keep-alive", "--max-time", "80s", *few)

    assert ending["outcome"] == "held"
    assert ending["reason"] == "SplitMismatch"
    first = ending["steps"][0]["measured"]
    assert not first["low"] <= 0.25 <= first["high"]


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = (*SERINUS, "demo", "--exit", "--state", str(tmp_path / "state"), "--xray-port", str(port))
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 1
    assert f"port {port} (X-Ray) is taken" in done.stderr
    assert "--xray-port" in done.stderr


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (("--fault", "v2=nonsense"), "--fault"),
        (("--steps", "25,x"), "--steps"),
        (("--steps", "50,25,100"), "steps must rise"),
        (("--max-time", "soon"), "spec.analysis.maxTime"),
    ],
)
def test_wrong_options_are_refused_with_their_name(tmp_path: Path, options: tuple[str, ...], field: str) -> None:
    command = (*SERINUS, "demo", "--exit", "--state", str(tmp_path / "state"), *options)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert field in done.stderr
    assert sys.executable not in done.stderr
