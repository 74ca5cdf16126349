"""The whole application in this process: every call, every refusal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import httpx2
import pytest
from msgspec.structs import replace

from serinus.console.operations import OPERATIONS, Operation
from serinus.errors import TracesError, TracesThrottled, TracesUnavailable
from serinus.release.status import Phase
from serinus.release.world import Command, Verb
from tests.console.builders import (
    CANARY,
    CLEAN,
    FAULTED,
    STABLE,
    FakeReleases,
    FakeRights,
    FakeTraces,
    a_client,
    a_desk,
    a_seen,
    a_summary,
    signed_in,
)
from tests.judge.test_journal import entries, log

RELEASE = "/api/v1/releases/default/notification"
WISH = {"verb": "pause", "reason": "look first"}


def filled(operation: Operation) -> str:
    return operation.path.format(namespace="default", name="notification", run=1, id=FAULTED)


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if not one.open], ids=lambda one: one.name)
async def test_nothing_is_read_or_written_without_a_session(operation: Operation) -> None:
    async with a_client(a_desk()) as client:
        answer = await client.request(operation.method, filled(operation), json=WISH)

    assert (answer.status_code, answer.json()["reason"]) == (401, "NoSession")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.method == "GET"], ids=lambda one: one.name)
async def test_every_question_is_answered(operation: Operation) -> None:
    desk = dataclasses.replace(a_desk(traces=FakeTraces(a_summary())), logs=FakeLogs())
    async with signed_in(desk) as client:
        answer = await client.get(filled(operation))

    assert answer.status_code == 200, answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_token_opens_one_session_in_a_cookie_no_script_can_read() -> None:
    desk = a_desk()
    token = desk.sessions.token()
    async with a_client(desk) as client:
        answer = await client.post("/api/v1/session", json={"token": token})
        again = await client.post("/api/v1/session", json={"token": token})

    assert answer.status_code == 200
    for part in ("HttpOnly", "SameSite=strict", "serinus-8900="):
        assert part in answer.headers["set-cookie"]
    assert (again.status_code, again.json()["reason"]) == (401, "TokenSpent")


async def test_signing_out_closes_the_session() -> None:
    async with signed_in(a_desk()) as client:
        assert (await client.delete("/api/v1/session")).status_code == 200
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_another_name_another_site_and_a_forged_call_are_refused() -> None:
    releases = FakeReleases(a_seen(Phase.ANALYSING, ""))
    async with signed_in(a_desk(releases=releases)) as client:
        rebound = await client.get("/api/v1/me", headers={"host": "evil.example"})
        foreign = await client.get("/api/v1/me", headers={"origin": "http://evil.example"})
        forged = await client.post(f"{RELEASE}/actions", json=WISH, headers={"X-Serinus-CSRF": "guess"})
        page = await client.get("/", headers={"host": "evil.example"})

    assert [one.status_code for one in (rebound, foreign, forged, page)] == [421, 403, 403, 421]
    assert releases.asked == []


async def test_an_action_becomes_a_command_signed_and_with_its_reason() -> None:
    releases = FakeReleases(a_seen(Phase.ANALYSING, ""))
    async with signed_in(a_desk(releases=releases)) as client:
        answer = await client.post(f"{RELEASE}/actions", json=WISH)

    assert answer.status_code == 202
    command = releases.asked[0]
    assert (command.verb, command.by, command.reason, command.full) == (Verb.PAUSE, "ana", "look first", False)
    assert answer.json()["id"] == command.id


async def test_who_may_not_is_told_why_before_and_after_pressing() -> None:
    releases = FakeReleases(a_seen(Phase.ANALYSING, ""))
    async with signed_in(a_desk(releases=releases, rights=FakeRights("pause"))) as client:
        shown = (await client.get(RELEASE)).json()["acts"]
        answer = await client.post(f"{RELEASE}/actions", json=WISH)

    assert next(act for act in shown if act["verb"] == "pause")["why"] == "ana needs pause in default"
    assert (answer.status_code, answer.json()["reason"]) == (403, "Refused")
    assert releases.asked == []


@pytest.mark.parametrize(
    ("earlier", "verb", "status"),
    [
        (Verb.ABORT, "pause", 409),
        (Verb.PROMOTE, "pause", 409),
        (Verb.PROMOTE, "abort", 202),
        (Verb.ABORT, "abort", 409),
    ],
)
async def test_no_wish_takes_the_place_of_one_that_is_not_answered_but_an_abort(
    earlier: Verb, verb: str, status: int
) -> None:
    stands = replace(a_seen(Phase.ANALYSING, ""), command=Command("1", earlier, "bob", "enough"))
    releases = FakeReleases(stands)
    async with signed_in(a_desk(releases=releases)) as client:
        answer = await client.post(f"{RELEASE}/actions", json={**WISH, "verb": verb})
        said = answer.json()
        releases.all["default", "notification"] = replace(stands, status=replace(stands.status, answered="1"))
        answered = await client.post(f"{RELEASE}/actions", json={**WISH, "verb": verb})

    assert (answer.status_code, answered.status_code) == (status, 202)
    assert status == 202 or f"the {earlier} that bob asked (enough) is not answered yet" in said["detail"]


async def test_a_button_pressed_too_late_says_so() -> None:
    async with signed_in(a_desk()) as client:
        answer = await client.post(f"{RELEASE}/actions", json=WISH)

    assert (answer.status_code, answer.json()["reason"]) == (409, "NotNow")


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [
        ("/api/v1/releases/default/other", 404, "NoSuchRelease"),
        ("/api/v1/releases/default/other/runs", 404, "NoSuchRelease"),
        (f"{RELEASE}/runs/7", 404, "NoSuchRun"),
        (f"{RELEASE}/runs/7/report.html", 404, "NoSuchRun"),
        (f"{RELEASE}/runs/x", 400, "InvalidInput"),
        (f"{RELEASE}/runs/0", 400, "InvalidInput"),
        ("/api/v1/releases/default/..%00", 400, "InvalidInput"),
        ("/api/v1/releases?limit=0", 400, "InvalidInput"),
        ("/api/v1/traces?start=nan", 400, "InvalidInput"),
        ("/api/v1/traces/odd", 400, "InvalidInput"),
        (f"/api/v1/traces/{CLEAN}", 404, "NoSuchTrace"),
        ("/api/v1/nothing", 404, "NoSuchPage"),
    ],
)
async def test_bad_input_is_a_problem_with_its_reason(path: str, status: int, reason: str) -> None:
    async with signed_in(a_desk()) as client:
        answer = await client.get(path)

    assert (answer.status_code, answer.json()["reason"]) == (status, reason)


@pytest.mark.parametrize("body", ["", "{", "[]", '{"verb":"explode","reason":"why not"}', '{"verb":"pause"}'])
async def test_a_body_that_cannot_be_taken_is_a_problem(body: str) -> None:
    async with signed_in(a_desk()) as client:
        answer = await client.post(f"{RELEASE}/actions", content=body)

    assert (answer.status_code, answer.json()["reason"]) == (400, "InvalidInput")


class FakeLogs:
    """One log for every run."""

    def lines(self, namespace: str, name: str, number: int) -> Iterator[bytes]:
        assert (namespace, name, number) == ("default", "notification", 1)
        return iter(log(entries()))


async def test_a_run_is_judged_again_by_the_policy_that_is_sent() -> None:
    desk = dataclasses.replace(a_desk(), logs=FakeLogs())
    async with signed_in(desk) as client:
        answer = await client.post(f"{RELEASE}/runs/1/replay?deals=2", json={"falseAlarm": 0.5, "faults": {"ratio": 1}})
        plain = await client.post(f"{RELEASE}/runs/1/replay", json={})

    assert answer.status_code == 200
    assert answer.json()["alarms"]["deals"] == 2
    assert (plain.json()["alarms"], plain.json()["looks"]) == (None, answer.json()["looks"])


async def test_a_log_of_evidence_is_saved_line_by_line() -> None:
    desk = dataclasses.replace(a_desk(), logs=FakeLogs())
    async with signed_in(desk) as client:
        answer = await client.get(f"{RELEASE}/runs/1/evidence")
    async with signed_in(a_desk()) as client:
        none = [await client.get(f"{RELEASE}/runs/{run}/evidence") for run in (1, 7)]

    assert answer.content == b"".join(log(entries()))
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert "default-notification-1.evidence.ndjson" in answer.headers["content-disposition"]
    assert [(one.status_code, one.json()["reason"]) for one in none] == [(409, "NoLog"), (404, "NoSuchRun")]


@pytest.mark.parametrize(
    ("run", "policy", "status", "reason", "field"),
    [
        (7, {}, 404, "NoSuchRun", ""),
        (1, {}, 409, "NoLog", ""),
        (1, {"faults": {"ratio": 0.5}}, 400, "InvalidInput", "faults.ratio"),
        (1, {"tick": "soon"}, 400, "InvalidInput", "spec.analysis.tick"),
        (1, {"gates": []}, 400, "InvalidInput", "gates"),
    ],
)
async def test_what_cannot_be_judged_again_says_why(
    run: int, policy: dict[str, object], status: int, reason: str, field: str
) -> None:
    async with signed_in(a_desk()) as client:
        answer = await client.post(f"{RELEASE}/runs/{run}/replay", json=policy)

    assert (answer.status_code, answer.json()["reason"], answer.json()["field"]) == (status, reason, field)


async def test_a_body_without_end_is_cut() -> None:
    async with signed_in(a_desk()) as client:
        answer = await client.post(f"{RELEASE}/actions", content="x" * 20_000)

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (TracesUnavailable("gone"), 503, "TracesUnavailable"),
        (TracesThrottled("slower"), 503, "TracesThrottled"),
        (TracesError("bad filter"), 400, "TracesRefused"),
    ],
)
async def test_x_rays_troubles_are_told_apart(error: TracesError, status: int, reason: str) -> None:
    async with signed_in(a_desk(traces=FakeTraces(error=error))) as client:
        answer = await client.get("/api/v1/traces")

    assert (answer.status_code, answer.json()["reason"]) == (status, reason)


async def test_without_x_ray_the_record_still_holds_the_proof() -> None:
    async with signed_in(a_desk(traces=FakeTraces(error=TracesUnavailable("gone")))) as client:
        trace = (await client.get(f"/api/v1/traces/{FAULTED}")).json()
        proof = (await client.get(f"{RELEASE}/runs/1/proof")).json()

    assert (trace["kept"], trace["link"]) == (True, "")
    assert proof["worst"]["id"] == FAULTED
    assert "gone" in proof["note"]


async def test_the_proof_holds_the_cause_and_stables_answer_to_the_same_request() -> None:
    traces = FakeTraces(a_summary(CLEAN, STABLE), a_summary(FAULTED, CANARY))
    async with signed_in(a_desk(traces=traces)) as client:
        proof = (await client.get(f"{RELEASE}/runs/1/proof")).json()

    assert (proof["twin"]["id"], proof["causes"][0]["exception"]) == (CLEAN, "OutOfStock")
    assert STABLE in traces.expressions[0]


async def test_x_rays_own_page_is_named_where_x_ray_has_the_trace() -> None:
    traces = FakeTraces(a_summary(CLEAN, STABLE), a_summary(FAULTED, CANARY))
    async with signed_in(a_desk(traces=traces)) as client:
        trace = (await client.get(f"/api/v1/traces/{FAULTED}")).json()
        proof = (await client.get(f"{RELEASE}/runs/1/proof")).json()

    assert trace["link"] == f"https://xray.test/{FAULTED}"
    assert (proof["worst"]["link"], proof["twin"]["link"]) == (trace["link"], f"https://xray.test/{CLEAN}")


async def test_what_this_console_asked_of_x_ray_is_counted_under_awss_names() -> None:
    async with signed_in(a_desk()) as client:
        found = (await client.get("/api/v1/system")).json()

    called = [(one["operation"], one["outcome"], one["count"]) for one in found["calls"]]
    assert called == [("GetTraceSummaries", "answered", 12), ("BatchGetTraces", "throttled", 1)]


async def test_traces_are_looked_for_from_the_end_until_there_are_enough() -> None:
    traces = FakeTraces(a_summary())
    async with signed_in(a_desk(traces=traces)) as client:
        some = (await client.get("/api/v1/traces?start=900&end=1010&limit=1&filter=fault")).json()
        none = (await client.get("/api/v1/traces?start=1001&end=1010")).json()

    assert (len(some["items"]), some["start"], some["expression"]) == (1, 980.0, "fault")
    assert (none["items"], none["start"]) == ([], 1001.0)


async def test_what_has_not_changed_is_not_sent_again() -> None:
    async with signed_in(a_desk()) as client:
        first = await client.get(RELEASE)
        again = await client.get(RELEASE, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


async def test_lists_come_in_pages() -> None:
    releases = FakeReleases(a_seen())
    releases.all = {("shop", f"r{number}"): a_seen() for number in range(5)}
    async with signed_in(a_desk(releases=releases)) as client:
        first = (await client.get("/api/v1/releases?limit=3")).json()
        last = (await client.get("/api/v1/releases", params={"limit": 3, "after": first["more"]})).json()

    assert (len(first["items"]), len(last["items"]), last["more"]) == (3, 2, "")


async def test_pages_leave_no_release_out_whatever_the_namespaces_are_called() -> None:
    """`shop-eu/a` sorts before `shop/z` as text, and after it as a pair."""
    releases = FakeReleases(a_seen())
    releases.all = dict.fromkeys((("shop", "z"), ("shop-eu", "a")), a_seen())
    async with signed_in(a_desk(releases=releases)) as client:
        first = (await client.get("/api/v1/releases", params={"limit": 1})).json()
        last = (await client.get("/api/v1/releases", params={"limit": 1, "after": first["more"]})).json()

    assert (first["more"], len(last["items"]), last["more"]) == ("shop/z", 1, "")


async def test_a_report_is_a_file_to_keep() -> None:
    async with signed_in(a_desk()) as client:
        answer = await client.get(f"{RELEASE}/runs/1/report.html")

    assert answer.headers["content-disposition"] == 'attachment; filename="default-notification-1.html"'
    assert answer.text.startswith("<!doctype html>")


async def test_every_address_of_the_page_answers_with_it_and_assets_are_kept_for_ever() -> None:
    async with a_client(a_desk()) as client:
        page = await client.get("/r/default/notification")
        script = page.text.split('src="')[1].split('"')[0]
        asset = await client.get(script)
        missing = await client.get("/assets/none.js")

    assert page.headers["cache-control"] == "no-cache"
    assert "immutable" in asset.headers["cache-control"]
    assert asset.headers["content-encoding"] == "gzip"
    assert missing.status_code == 404


async def test_the_stream_is_for_those_who_are_signed_in() -> None:
    async with a_client(a_desk()) as client:
        refused: httpx2.Response = await client.get("/api/v1/stream")

    assert refused.status_code == 401
