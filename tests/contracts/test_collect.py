"""The collector on a real X-Ray, over HTTP: what services report by UDP reaches the judge as blocks, once."""

from __future__ import annotations

from msgspec import structs

from serinus.judge.judge import Evidence
from serinus.judge.observation import Block, WeightChange
from serinus.release.target import Target
from serinus.traces.client import XRayClient
from serinus.traces.collect import XRayTraces
from serinus.tracestore.server import Addresses, Misbehaviour
from tests.contracts.documents import document, http, now, trace_id
from tests.contracts.servers import framed, free, health, running, send, until

REQUESTS = 300


def report(xray: Addresses, started: float, requests: int = REQUESTS) -> None:
    """Five requests a second, every fourth to v2, every tenth of those at fault; all arrived on return."""
    for number in range(requests):
        at = started + number / 5
        trace = trace_id(number, at)
        name, fault = ("v2", number % 40 == 0) if number % 4 == 0 else ("v1", False)
        answer = http("POST", "http://n:8096/notification/send", 500 if fault else 200)
        call = {"id": f"{number:08x}{7:08x}", "name": name, "namespace": "remote", "start_time": at, "end_time": at + 1}
        send(
            xray,
            framed(document(trace, 1, at, name="caller", seconds=1.0, subsegments=[call])),
            framed(document(trace, 2, at, name=name, http=answer, fault=fault, parent_id=call["id"])),
        )
    until(lambda: health(xray)["stored"] == 2 * requests)


async def test_every_reported_request_is_judged_once(xray: Addresses) -> None:
    started = now() - 100
    report(xray, started)
    target = Target("v1", "v2", started, delay=10.0, tick=5.0)
    weights = (WeightChange(started, 0.25, started),)
    api = XRayClient(xray.url)
    evidence = Evidence()
    blocks: list[Block] = []
    for _ in range(3):
        window = await XRayTraces(api, clock=lambda: 0.0).collect(target, evidence, weights, now())
        evidence = structs.replace(evidence, complete_to=window.complete_to, open_since=window.open_since)
        blocks += window.blocks
    api.close()
    assert {block.stratum for block in blocks} == {"POST /notification/send"}
    assert {block.weight for block in blocks} == {0.25}
    assert sum(block.stable.requests for block in blocks) == 225
    assert sum(block.canary.requests for block in blocks) == 75
    assert sum(block.canary.faults for block in blocks) == 8
    assert sum(block.stable.faults for block in blocks) == 0


async def test_calls_that_no_version_answered_are_found_by_the_name_that_was_called(xray: Addresses) -> None:
    started = now() - 100
    for number in range(10):
        at = started + number
        call = {
            "id": f"{number:08x}{9:08x}",
            "name": "notification",
            "namespace": "remote",
            "start_time": at,
            "end_time": at + 1,
            "fault": True,
            "http": {"request": {"method": "POST", "url": "http://notification:8096/notification/send"}},
        }
        caller = document(trace_id(5000 + number, at), 1, at, name="caller", seconds=1.0, subsegments=[call])
        send(xray, framed(caller))
    until(lambda: health(xray)["stored"] == 10)
    target = Target("v1", "v2", started, delay=10.0, tick=5.0, called_as=("notification",))
    api = XRayClient(xray.url)
    window = await XRayTraces(api, clock=lambda: 0.0).collect(target, Evidence(), (), now())
    api.close()

    assert sum(block.unanswered for block in window.blocks) == 10
    assert {block.stratum for block in window.blocks} == {"POST /notification/send"}


async def test_throttling_costs_patience_and_no_evidence() -> None:
    started = now() - 100
    with running(free(misbehaviour=Misbehaviour(throttle_every=5))) as xray:
        report(xray, started, 100)
        api = XRayClient(xray.url)
        window = await XRayTraces(api, clock=lambda: 0.0).collect(
            Target("v1", "v2", started, 10.0, 5.0), Evidence(), (), now()
        )
        api.close()
    assert sum(block.stable.requests + block.canary.requests for block in window.blocks) == 100
