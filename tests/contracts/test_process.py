"""As a process: what was sent survives its end, gentle or not; what it cannot use, it says."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from serinus.errors import NotAStore, PlatformError, PortTaken, StoreError
from serinus.tracestore.server import open_doors
from tests.contracts.documents import AGO, document, now, trace_id
from tests.contracts.servers import boto, free, process, running


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_traces_survive_the_process(tmp_path: Path, how: signal.Signals) -> None:
    store, at = tmp_path / "traces.duckdb", now() - AGO
    ids = [trace_id(number, at) for number in range(5)]
    with process(store) as (first, url), boto(url) as client:
        client.put_trace_segments(TraceSegmentDocuments=[document(one, 1, at) for one in ids])
        if how is signal.SIGKILL:  # what has been seen has been written
            assert len(client.batch_get_traces(TraceIds=ids)["Traces"]) == 5
        first.send_signal(how)
        first.wait(20)
        assert first.returncode == (-how if how is signal.SIGKILL else 0)
        assert first.stderr is not None
        assert first.stderr.read() == ""
    with process(store) as (_, url), boto(url) as client:
        assert len(client.batch_get_traces(TraceIds=ids)["Traces"]) == 5


def test_a_file_serves_one_x_ray_at_a_time(tmp_path: Path) -> None:
    store = tmp_path / "traces.duckdb"
    with (
        process(store) as (holder, _),
        pytest.raises(StoreError, match=f"in use by process {holder.pid}"),
        running(free(store)),
    ):
        pass


def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(NotAStore, match=r"letter\.txt"), running(free(letter)):
        pass
    assert letter.read_text().startswith("Dear Sir")


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("CREATE TABLE invoices (amount INTEGER)")
    with pytest.raises(NotAStore, match="invoices"), running(free(other)):
        pass


@pytest.mark.parametrize(("kind", "option"), [(socket.SOCK_STREAM, "--http-port"), (socket.SOCK_DGRAM, "--udp-port")])
def test_a_taken_port_is_named_with_its_option(kind: socket.SocketKind, option: str) -> None:
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            taken.listen()
        port = taken.getsockname()[1]
        ports = {"http_port": port} if kind is socket.SOCK_STREAM else {"udp_port": port}
        with pytest.raises(PortTaken, match=f"port {port} .*{option}"):
            open_doors(free(**ports))


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(PlatformError, match=r"203\.0\.113\.1"):
        open_doors(free(host="203.0.113.1"))


def test_the_command_says_in_one_line_why_it_cannot_start(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("no store")
    command = [sys.executable, "-m", "serinus.cli.xray", "--port", "0", "--store", str(letter)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, env=dict(os.environ), check=False)
    assert ended.returncode == 1
    assert "letter.txt" in ended.stderr
    assert "Traceback" not in ended.stderr
