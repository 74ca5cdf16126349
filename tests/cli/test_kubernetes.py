from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from msgspec.structs import replace

from serinus.cli.kubernetes import Kubernetes, configuration, connect
from serinus.cli.options import Where
from serinus.cli.source import asked
from serinus.errors import ClusterError, InvalidInput
from serinus.kube.documents import run_fields, status_fields
from serinus.kube.kinds import COMMAND
from serinus.release.status import Phase, Status
from serinus.release.world import Command
from tests.cli.apiserver import ApiServer, api_server, kubeconfig
from tests.cli.builders import a_run
from tests.release.builders import V1, V2, a_document

Json = dict[str, Any]


def a_resource(name: str = "notification", namespace: str = "shop", **status: Any) -> Json:
    fields = {"status": status_fields(Status(**status))} if status else {}
    metadata = {"name": name, "namespace": namespace, "generation": 2, "managedFields": [{"manager": "kubectl"}]}
    return (
        {"apiVersion": "serinus.dev/v1alpha1", "kind": "CanaryRelease"} | a_document() | {"metadata": metadata} | fields
    )


def a_deployment(name: str, image: str, replicas: int) -> Json:
    pod = {"spec": {"containers": [{"name": "main", "image": image}]}}
    return {
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop", "generation": 1},
        "spec": {"replicas": replicas, "template": pod},
        "status": {
            "observedGeneration": 1,
            "replicas": replicas,
            "updatedReplicas": replicas,
            "readyReplicas": replicas,
        },
    }


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with api_server() as running:
        yield running


@pytest.fixture
def config(server: ApiServer, tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(kubeconfig(server.url, "here", "there")))
    return path


@pytest.fixture
def cluster(config: Path) -> Iterator[Kubernetes]:
    connected = connect(Where(kubeconfig=config))
    yield connected
    connected.close()


def test_a_release_is_read_with_its_record_and_deployments(server: ApiServer, cluster: Kubernetes) -> None:
    server.put(a_resource(phase=Phase.ANALYSING, run=1, weight=25))
    run = {"name": "notification-1", "namespace": "shop"}
    server.put({"kind": "CanaryRun", "metadata": run, "status": run_fields(a_run(""))})
    server.put(a_deployment(V1, "registry/n:5.0.0", 3))
    server.put(a_deployment(V2, "registry/n:6.0.0", 1))

    standing = cluster.standing("notification")

    seen = standing.seen
    assert (seen.status.phase, seen.status.weight) == ("Analysing", 25)
    assert seen.run == a_run("")
    assert (seen.stable.ready, seen.canary.desired) == (3, 1)
    assert standing.images == ("registry/n:6.0.0",)
    assert standing.version.startswith("6.0.0-")
    assert standing.document["metadata"] == {"name": "notification", "namespace": "shop", "generation": 2}


def test_a_release_without_status_and_deployments_is_idle(server: ApiServer, cluster: Kubernetes) -> None:
    server.put(a_resource())

    standing = cluster.standing("notification")

    assert standing.seen.status.phase == "Idle"
    assert (standing.version, standing.images) == ("", ())


def test_releases_of_the_namespace_are_listed_or_of_all(server: ApiServer, cluster: Kubernetes, config: Path) -> None:
    server.put(a_resource("z"))
    server.put(a_resource("a"))
    server.put(a_resource("b", namespace="pay"))

    everywhere = connect(Where(kubeconfig=config, everywhere=True))

    assert [one["metadata"]["name"] for one in cluster.documents()] == ["a", "z"]
    assert [one["metadata"]["name"] for one in everywhere.documents()] == ["b", "a", "z"]
    everywhere.close()


def test_an_unknown_release_is_refused_with_those_there_are(server: ApiServer, cluster: Kubernetes) -> None:
    server.put(a_resource("cart"))

    said = "NAME: must be a release of namespace shop: cart, got 'other'"
    with pytest.raises(InvalidInput, match=said):
        cluster.standing("other")
    with pytest.raises(InvalidInput, match=said):
        cluster.ask("other", asked("pause", "why", "ana"))


def test_a_command_is_merged_into_the_annotation_alone(server: ApiServer, cluster: Kubernetes) -> None:
    server.put(a_resource())
    command = asked("abort", "enough", cluster.person())

    cluster.ask("notification", command)

    ((_, kind, body),) = server.patches
    assert kind == "application/merge-patch+json"
    assert body.keys() == {"metadata"}
    assert msgspec.json.decode(body["metadata"]["annotations"][COMMAND], type=Command) == command
    assert command.by == "ana@example.com"


def test_what_was_asked_last_is_read_with_the_release(server: ApiServer, cluster: Kubernetes) -> None:
    document = a_resource(phase=Phase.ANALYSING, run=1)
    command = asked("pause", "look first", "ana")
    document["metadata"]["annotations"] = {COMMAND: msgspec.json.encode(command).decode()}
    server.put(document)

    assert cluster.standing("notification").command == command


def test_who_asks_is_the_login_name_where_the_cluster_does_not_say(
    server: ApiServer, cluster: Kubernetes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "bo")
    server.user = ""

    assert cluster.person() == "bo"
    server.refuses = 403
    assert cluster.person() == "bo"


def test_a_cluster_without_our_kinds_is_told_how_to_get_them(server: ApiServer, cluster: Kubernetes) -> None:
    server.knows = False

    with pytest.raises(ClusterError, match="knows no CanaryRelease; install"):
        cluster.standing("notification")


def test_what_the_cluster_refuses_is_told_with_what_was_asked(server: ApiServer, cluster: Kubernetes) -> None:
    server.refuses = 403

    with pytest.raises(ClusterError, match="get CanaryRelease shop/notification: told to answer 403"):
        cluster.standing("notification")


def test_a_cluster_that_is_not_there_is_an_error_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(kubeconfig("http://127.0.0.1:1", "here")))
    nowhere = connect(Where(kubeconfig=path))

    with pytest.raises(ClusterError, match="list CanaryReleases in namespace shop"):
        nowhere.documents()
    nowhere.close()


@pytest.mark.parametrize("text", ["", "- a", "clusters: {}", "a: [", "clusters: []\ncontexts: []"])
def test_a_kubeconfig_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config"
    path.write_text(text)

    with pytest.raises(InvalidInput, match=f"--kubeconfig: must be a kubeconfig that can be used.*got '{path}'"):
        connect(Where(kubeconfig=path))


def test_an_unknown_context_is_refused_with_those_there_are(config: Path) -> None:
    with pytest.raises(InvalidInput, match="--context: must be one of here, there, got 'elsewhere'"):
        connect(Where(kubeconfig=config, context="elsewhere"))


def test_of_several_kubeconfigs_the_first_one_with_the_context_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        path.write_text(yaml.safe_dump(kubeconfig(f"http://{path.name}", "both", path.name)))
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(("/not/there", *map(str, paths))))

    assert configuration(None, None).cluster.server == "http://one"
    assert configuration(None, "both").cluster.server == "http://one"
    assert configuration(None, "two").cluster.server == "http://two"


def test_without_any_kubeconfig_both_ways_out_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/not/there")

    with pytest.raises(InvalidInput, match="--kubeconfig: must name a file, or a demo must be here, got '/not/there'"):
        configuration(None, None)


def test_the_records_of_its_runs_are_read_newest_first(server: ApiServer, cluster: Kubernetes) -> None:
    for number in (1, 3, 2):
        metadata = {"name": f"notification-{number}", "namespace": "shop"}
        server.put({"kind": "CanaryRun", "metadata": metadata, "status": run_fields(replace(a_run(), number=number))})

    assert [run.number for run in cluster.runs("notification")] == [3, 2, 1]
