"""`serinus console` over real HTTP, before an API server that answers as the real one does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
import yaml
from lightkube.config.kubeconfig import KubeConfig
from typer.testing import CliRunner

from serinus.cli.clustered import ClusterReleases
from serinus.cli.console import Door, Sources, cluster_desk, gate
from serinus.cli.main import app
from serinus.console.gates import SignOnGate, TokenGate
from serinus.console.server import serve
from serinus.console.site import cluster
from serinus.errors import InvalidInput
from serinus.kube.api import KubernetesApi, client_of
from serinus.kube.documents import run_fields
from serinus.kube.evidence import AUDIENCE
from serinus.kube.kinds import COMMAND
from serinus.kube.rbac import CONSOLE_USES
from serinus.kube.reviews import Reviews
from serinus.release.status import Phase
from serinus.release.world import Command
from tests.cli.apiserver import ApiServer, api_server, kubeconfig
from tests.cli.builders import a_run
from tests.cli.test_evidence import operators
from tests.cli.test_kubernetes import a_deployment, a_resource
from tests.console.tokens import ARN
from tests.judge.test_journal import entries, log
from tests.kube.test_evidence import CONSOLE
from tests.release.builders import V1, V2

ANA = {"username": "ana", "groups": ["shop-team"]}
RELEASES = "/api/v1/releases"
SHOP, PAY = f"{RELEASES}/shop/notification", f"{RELEASES}/pay/notification"
WISH = {"verb": "pause", "reason": "look first"}


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with api_server() as running:
        for namespace in ("shop", "pay"):
            running.put(a_resource(namespace=namespace, phase=Phase.ANALYSING, run=1, weight=25))
        run = {"name": "notification-1", "namespace": "shop"}
        running.put({"kind": "CanaryRun", "metadata": run, "status": run_fields(a_run(""))})
        running.put(a_deployment(V1, "n:5", 3))
        running.put(a_deployment(V2, "n:6", 1))
        running.tokens["good"] = ANA
        yield running


@asynccontextmanager
async def running(
    server: ApiServer, door: Door | None = None, sources: Sources | None = None
) -> AsyncIterator[httpx2.AsyncClient]:
    """The console on a free port; cookies are sent by hand, for the client is no browser that trusts loopback."""
    config = KubeConfig.from_dict(kubeconfig(server.url, "here")).get()
    assert config is not None
    client, stop = client_of(config, "serinus-console"), asyncio.Event()
    shown = sources or Sources(("*",), "http://127.0.0.1:1")
    releases = ClusterReleases(KubernetesApi(client), shown.namespaces)
    desk = cluster_desk(client, releases, door or Door(), shown)
    assert desk.gate is not None
    way = desk.gate.way
    where: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.ensure_future(
        serve(desk, 0, where.set_result, stop, signals=False, site=lambda own: cluster(way, (), own))
    )
    async with httpx2.AsyncClient(base_url=await where, timeout=60) as person:
        yield person
    stop.set()
    await serving
    await releases.close()
    await client.close()


async def signed_in(person: httpx2.AsyncClient, token: str = "good") -> httpx2.Response:
    answer = await person.post("/api/v1/session", json={"token": token})
    if answer.status_code == 200:
        person.headers["Cookie"] = answer.headers["set-cookie"].split(";")[0]
        person.headers["X-Serinus-CSRF"] = answer.json()["csrf"]
    return answer


async def test_a_person_sees_and_does_what_the_cluster_lets_them_and_nothing_else(server: ApiServer) -> None:
    server.rights = {("shop-team", verb, "shop") for verb in ("get", "list", "pause")}
    async with running(server) as person:
        await signed_in(person)
        listed = (await person.get(RELEASES)).json()["items"]
        seen = (await person.get(SHOP)).json()
        hidden = await person.get(PAY)
        refused = await person.post(f"{SHOP}/actions", json=WISH | {"verb": "promote"})
        accepted = await person.post(f"{SHOP}/actions", json=WISH)
        elsewhere = await person.post(f"{PAY}/actions", json=WISH)

    assert [(one["namespace"], one["name"]) for one in listed] == [("shop", "notification")]
    assert (seen["row"]["weight"], seen["stable"]["ready"], seen["run"]["number"]) == (25, 3, 1)
    assert [act["verb"] for act in seen["acts"] if act["allowed"]] == ["pause"]
    assert [one.status_code for one in (hidden, refused, accepted, elsewhere)] == [403, 403, 202, 403]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == "ana may not promote canaryreleases.serinus.dev in namespace shop"
    missing = {"verb": "promote", "resource": "canaryreleases.serinus.dev", "namespace": "shop"}
    assert refused.json()["missing"] == missing


async def test_the_write_is_the_consoles_own_annotation_under_the_persons_name(server: ApiServer) -> None:
    server.rights = {("ana", verb, "") for verb in ("get", "list", "pause")}
    async with running(server) as person:
        await signed_in(person)
        await person.post(f"{PAY}/actions", json=WISH)

    ((path, kind, body),) = server.patches
    command = msgspec.json.decode(body["metadata"]["annotations"][COMMAND], type=Command)
    assert path == "/apis/serinus.dev/v1alpha1/namespaces/pay/canaryreleases/notification"
    assert kind == "application/merge-patch+json"
    assert list(body) == ["metadata"]
    assert (command.verb, command.by, command.reason) == ("pause", "ana", "look first")


async def test_every_call_is_allowed_and_everything_allowed_is_called(server: ApiServer) -> None:
    server.rights = {("ana", verb, "") for verb in ("get", "list", "pause")}
    async with running(server) as person:
        await signed_in(person)
        for path in (RELEASES, SHOP, f"{SHOP}/runs", f"{SHOP}/runs/1", "/api/v1/traces/1-67441000-" + 24 * "0"):
            await person.get(path)
        await person.post(f"{SHOP}/actions", json=WISH)

    assert server.calls == {(verb, use.kind.plural) for use in CONSOLE_USES for verb in use.verbs}


async def test_another_policy_is_tried_on_what_the_operators_have_logged(server: ApiServer, tmp_path: Path) -> None:
    server.rights = {("ana", "get", "shop"), (CONSOLE, "get canaryruns", "")}
    server.tokens["console"] = {"username": CONSOLE, "audiences": [AUDIENCE]}
    written, token = log(entries()), tmp_path / "token"
    token.write_text("console")
    async with operators(server, tmp_path, written) as (address,):
        sources = Sources(("*",), "http://127.0.0.1:1", f"http://{address}", token)
        async with running(server, sources=sources) as person:
            await signed_in(person)
            judged = await person.post(f"{SHOP}/runs/1/replay", json={})
            saved = await person.get(f"{SHOP}/runs/1/evidence")
            hidden = await person.get(f"{PAY}/runs/1/evidence")
            token.write_text("spent")
            refused = await person.post(f"{SHOP}/runs/1/replay", json={})

    assert [one.status_code for one in (judged, saved, hidden, refused)] == [200, 200, 403, 503]
    assert judged.json()["looks"] == len(entries())
    assert saved.content.splitlines(keepends=True)[:-1] == written
    assert refused.json()["reason"] == "EvidenceUnavailable"


async def test_a_token_that_the_cluster_does_not_take_opens_nothing(server: ApiServer) -> None:
    server.tokens["vault"] = ANA | {"audiences": ["vault"]}
    async with running(server, Door(audiences=("serinus",))) as person:
        entrance = (await person.get("/api/v1/session")).json()
        answers = [await signed_in(person, token) for token in ("bad", "vault")]
        inside = await person.get(RELEASES)
        good = await signed_in(person)

    assert entrance == {"way": "token", "command": "kubectl create token NAME --namespace NAMESPACE --audience serinus"}
    assert [one.status_code for one in (*answers, inside, good)] == [401, 401, 401, 200]
    assert "print a fresh one" in answers[0].json()["detail"]


async def test_a_cluster_that_stops_answering_is_told_and_nothing_is_allowed(server: ApiServer) -> None:
    server.rights = {("ana", verb, "") for verb in ("get", "list", "pause")}
    async with running(server) as person:
        await signed_in(person)
        server.refuses = 500
        asked = await person.get(SHOP)
        acted = await person.post(f"{SHOP}/actions", json=WISH)
        server.refuses = 0
        again = await person.get(SHOP)

    assert [one.status_code for one in (asked, acted, again)] == [503, 503, 200]
    assert server.patches == []


async def test_it_is_alive_at_once_and_ready_when_releases_were_read(server: ApiServer) -> None:
    async with running(server) as person, asyncio.timeout(60):
        alive = await person.get("/livez", headers={"Host": "10.1.2.3:8900"})
        while (await person.get("/readyz", headers={"Host": "10.1.2.3:8900"})).status_code != 200:
            await asyncio.sleep(0.01)

    assert alive.status_code == 200


async def test_the_stream_tells_of_the_namespaces_a_person_may_see_only(server: ApiServer) -> None:
    server.rights = {("ana", "list", "shop")}
    async with running(server) as person, asyncio.timeout(60):
        await signed_in(person)
        while (await person.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.01)
        boot = ""
        async with person.stream("GET", "/api/v1/stream") as stream:
            async for line in stream.aiter_lines():
                if line.startswith("id: "):
                    boot = line.removeprefix("id: ").split("-")[0]
                    break
        told: dict[str, Any] = {}
        async with person.stream("GET", "/api/v1/stream", headers={"Last-Event-ID": f"{boot}-0"}) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    told = msgspec.json.decode(line.removeprefix("data: "))
                    break

    assert told["namespace"] == "shop", "the one in pay was told before"


def test_the_door_is_the_load_balancers_when_one_is_named() -> None:
    config = KubeConfig.from_dict(kubeconfig("http://127.0.0.1:1", "here")).get()
    assert config is not None
    reviews = Reviews(client_of(config))

    assert isinstance(gate(Door(), reviews), TokenGate)
    assert isinstance(gate(Door(alb_arn=ARN), reviews), SignOnGate)
    with pytest.raises(InvalidInput, match="--alb-keys"):
        gate(Door(alb_arn=ARN.replace("arn:aws:", "arn:aws-us-gov:")), reviews)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["console"], "--namespace: must be given"),
        (["console", "-A", "-n", "shop"], "--namespace: must be given"),
        (["console", "-A", "--address", "http://serinus.example.com"], "--address: must begin with https://"),
        (["console", "-A", "--alb-arn", "arn:aws:s3:::bucket"], "--alb-arn: must be the ARN"),
        (["console", "-A", "--alb-arn", ARN, "--alb-keys", "http://keys.example.com/"], "--alb-keys: must be"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(tmp_path: Path, words: list[str], said: str) -> None:
    config = tmp_path / "config"
    config.write_text(yaml.safe_dump(kubeconfig("http://127.0.0.1:1", "here")))
    result = CliRunner().invoke(app, [*words, "--kubeconfig", str(config)])

    assert isinstance(result.exception, InvalidInput)
    assert said in str(result.exception)


def test_without_a_cluster_it_says_what_is_missing(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["console", "-A", "--kubeconfig", str(tmp_path / "none")])

    assert isinstance(result.exception, InvalidInput)
    assert "--kubeconfig" in str(result.exception)
