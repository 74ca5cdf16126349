"""How much our X-Ray takes and how quickly it answers. In: --rates, --seconds, --output. Out: a table or JSON.
Costs are CPU time of the server process (Linux), also as multiples of json.loads for one document on this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
import msgspec

HEADER = b'{"format":"json","version":1}\n'
SEGMENTS_A_TRACE = 2
TICK = 0.01
REPEATS = 7
SLOWLY = 5000
V2 = 'service("v2-notification")'


class Row(msgspec.Struct, frozen=True):
    """One line: what was done, in memory or in a file; `micros` of CPU for each segment or question."""

    store: str
    case: str
    figures: dict[str, float]
    micros: float
    times_json: float


def documents(count: int, at: float) -> Iterator[bytes]:
    """Traces of two segments: User Management calls Notification, every 100th at fault."""
    for number in range(count // SEGMENTS_A_TRACE):
        start = at + number / 1000
        trace = f"1-{int(at):08x}-{number:024x}"
        call: dict[str, Any] = {"id": f"{number:08x}{9:08x}", "name": "notification", "namespace": "remote"}
        call |= {"start_time": start, "end_time": start + 0.02}
        fault = number % 100 == 0
        yield document(trace, 1, "user-management", start, fault, subsegments=[call])
        yield document(trace, 2, f"v{1 + number % 2}-notification", start, fault, parent_id=call["id"])


def document(trace: str, number: int, name: str, start: float, fault: bool, **more: Any) -> bytes:
    """About 900 bytes, as the services send them."""
    request = {"method": "POST", "url": f"https://canarydemo.omnitechsol.com/{name}/send", "client_ip": "10.0.0.7"}
    fields = {
        "name": name,
        "id": f"{int(trace[-12:], 16):08x}{number:08x}",
        "trace_id": trace,
        "start_time": start,
        "end_time": start + 0.03,
        "fault": fault,
        "http": {"request": request, "response": {"status": 500 if fault else 200, "content_length": 120}},
        "aws": {"xray": {"sdk": "opentelemetry", "sdk_version": "1.40.0", "auto_instrumentation": True}},
        "service": {"version": "2.3.1", "runtime": "CPython", "runtime_version": "3.11.9"},
        "annotations": {"version": name[:2]},
        "metadata": {"default": {"http.route": "/notification/send", "thread.id": 140_000 + number, "k": "v" * 120}},
    }
    return json.dumps(fields | more).encode()


@contextmanager
def xray(store: Path | None) -> Iterator[tuple[int, str]]:
    """Our X-Ray as a process: its pid and URL."""
    command = [sys.executable, "-m", "serinus.cli.xray", "--port", "0", "--log-level", "error"]
    command += ["--store", str(store)] if store else []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        line = started.stdout.readline() if started.stdout else ""
        found = re.search(r"http://\S+?:\d+", line)
        if found is None:
            raise SystemExit(f"our X-Ray did not start: {line!r}")
        try:
            yield started.pid, found.group()
        finally:
            started.terminate()


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stored(url: str) -> int:
    """Documents in the store."""
    count: int = httpx2.get(f"{url}/_serinus/health", timeout=60).json()["stored"]
    return count


def send(url: str, sent: list[bytes], rate: int) -> None:
    """All datagrams at an even rate a second."""
    host, _, port = url.removeprefix("http://").partition(":")
    begun, done = time.monotonic(), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.connect((host, int(port)))
        while done < len(sent):
            due = min(len(sent), int((time.monotonic() - begun) * rate) + 1)
            for one in sent[done:due]:
                out.send(one)
            done = due
            time.sleep(TICK)


def settled(url: str, wanted: int) -> int:
    """Documents in the store once no more come."""
    before = -1
    while (now := stored(url)) not in {wanted, before}:
        before = now
        time.sleep(0.5)
    return now


def ingest(store: str, path: Path | None, rate: int, seconds: float, unit: float) -> Row:
    """Datagrams at one rate: how many were lost, what each cost."""
    sent = [HEADER + one for one in documents(int(rate * seconds), time.time() - seconds)]
    with xray(path) as (pid, url):
        before = cpu_seconds(pid)
        send(url, sent, rate)
        kept = settled(url, len(sent))
        micros = (cpu_seconds(pid) - before) / max(1, kept) * 1e6
    figures = {"sent": float(len(sent)), "lost": float(len(sent) - kept)}
    return Row(store, f"ingest {rate}/s", figures, micros, micros / unit)


def queries(store: str, path: Path | None, count: int, unit: float) -> Iterator[Row]:
    """Cost and latency of each kind of question over `count` segments."""
    at = time.time() - 300
    sent = [HEADER + one for one in documents(count, at)]
    with xray(path) as (pid, url), httpx2.Client(base_url=url, timeout=120) as client:
        send(url, sent, SLOWLY)
        kept = float(settled(url, len(sent)))
        for case, operation, body in questions(at, count):
            ask = partial(answered, client, operation, body)
            ask()
            before = cpu_seconds(pid)
            wait = timed(ask)
            micros = (cpu_seconds(pid) - before) / (REPEATS + 1) * 1e6
            yield Row(store, case, {"segments": kept, "median ms": round(wait / 1000, 1)}, micros, micros / unit)


def questions(at: float, count: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, path and body."""
    span = {"StartTime": at - 1, "EndTime": at + count / 1000}
    ids = [f"1-{int(at):08x}-{number * 97 % (count // 2):024x}" for number in range(5)]
    yield "BatchGetTraces, 5 ids", "/Traces", {"TraceIds": ids}
    yield "GetTraceSummaries, a page of 500", "/TraceSummaries", span
    yield "… of 200 traces", "/TraceSummaries", {"StartTime": at + 5, "EndTime": at + 5.1995}
    yield "… with a filter, 4,000 looked at", "/TraceSummaries", span | {"FilterExpression": V2 + " { fault }"}
    yield "GetServiceGraph of 2,000 traces", "/ServiceGraph", {"StartTime": at, "EndTime": at + 1.9995}


def answered(client: httpx2.Client, operation: str, body: dict[str, Any]) -> None:
    """One request, which must succeed."""
    client.post(operation, json=body).raise_for_status()


def timed(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median microseconds, after one run to warm up."""
    work()
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1e6)
    return median(taken)


def json_unit() -> float:
    """Microseconds of CPU that json.loads takes for one document: the machine's measure."""
    some = list(documents(20_000, time.time()))
    begun = time.process_time()
    for one in some:
        json.loads(one)
    return (time.process_time() - begun) / len(some) * 1e6


def measured(rates: list[int], seconds: float, segments: int) -> Iterator[Row]:
    """Everything, in memory and in a file."""
    unit = json_unit()
    with tempfile.TemporaryDirectory() as directory:
        for store in ("memory", "file"):
            for rate in rates:
                yield ingest(store, Path(directory, f"{rate}") if store == "file" else None, rate, seconds, unit)
            yield from queries(store, Path(directory, "queries") if store == "file" else None, segments, unit)


def main() -> None:
    """Print rows as they are measured, or all as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rates", type=int, nargs="+", default=[1000, 5000, 10_000, 20_000])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--segments", type=int, default=100_000, help="in the store while queries are timed")
    parser.add_argument("--output", choices=["text", "json"], default="text")
    asked = parser.parse_args()
    rows = measured(asked.rates, asked.seconds, asked.segments)
    if asked.output == "json":
        print(msgspec.json.encode(list(rows)).decode())
        return
    print(f"{'store':8}{'case':34}{'µs':>10}{'× json':>9}  figures")
    for row in rows:
        figures = ", ".join(f"{name} {value:g}" for name, value in row.figures.items())
        print(f"{row.store:8}{row.case:34}{row.micros:10.1f}{row.times_json:9.1f}  {figures}", flush=True)


if __name__ == "__main__":
    main()
