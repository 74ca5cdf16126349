"""The first journey: our images run, are reached and are released on a real Kubernetes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from http.client import HTTPConnection

import msgspec
import pytest

from tests.journeys.kubernetes.cluster import Cluster, apply, eventually, get, kubectl, python, wait
from tests.journeys.kubernetes.manifests import PORT, gateway, notification, route, service
from tests.node.errors import CommandFailed

pytestmark = [pytest.mark.journey, pytest.mark.cluster, pytest.mark.timeout(1500)]
HEALTH = "/notification/health-status"

# Runs in a pod: one connection per request, prints one line per answer, or what went wrong instead of one.
CLIENT = """
import http.client
for _ in range({count}):
    connection = http.client.HTTPConnection({host!r}, {port}, timeout=10)
    try:
        connection.request("GET", {path!r}, headers={headers!r})
        answer = connection.getresponse()
        print(answer.status, answer.read().decode())
    except OSError as wrong:
        print(type(wrong).__name__)
    connection.close()
"""


class Target(msgspec.Struct, frozen=True):
    host: str
    port: int = PORT
    headers: Mapping[str, str] = {}


def request(cluster: Cluster, namespace: str, to: Target, count: int = 1) -> Counter[str]:
    """Answers by text, to requests from inside the cluster, from a pod of V1."""
    program = CLIENT.format(count=count, path=HEALTH, host=to.host, port=to.port, headers=to.headers)
    return Counter(python(cluster, namespace, "deployment/v1-notification", program).splitlines())


def reached(cluster: Cluster, namespace: str, target: Target) -> None:
    """Wait until the first answer: kube-proxy and Traefik learn of a new Service within a second or two."""
    known = {says("V1"), says("V2")}
    eventually(lambda: request(cluster, namespace, target), lambda answers: known >= set(answers))


def entry(namespace: str) -> Target:
    """Traefik, asked for the host that the namespace's route is for."""
    return Target("traefik.gateway", 80, {"Host": f"{namespace}.test"})


def says(version: str) -> str:
    return f"200 Notification Service is UP and Running - {version}"


def deploy(cluster: Cluster, namespace: str, images: Callable[[str], str], replicas: int) -> None:
    """V1 and V2, ready."""
    versions = ("v1", "v2")
    apply(cluster, namespace, *(notification(each, images(f"notification-{each}"), replicas) for each in versions))
    for version in versions:
        wait(cluster, namespace, "--for=condition=Available", f"deployment/{version}-notification")


def test_every_node_is_ready(cluster: Cluster) -> None:
    nodes = get(cluster, "default", "nodes")["items"]
    conditions = [condition for node in nodes for condition in node["status"]["conditions"]]
    assert [each["status"] for each in conditions if each["type"] == "Ready"] == ["True"] * len(nodes) != []


def test_notification_answers_through_its_service_under_the_restricted_profile(
    cluster: Cluster, images: Callable[[str], str], namespace: str
) -> None:
    apply(cluster, namespace, notification("v1", images("notification-v1")), service("notification", {"version": "v1"}))
    wait(cluster, namespace, "--for=condition=Available", "deployment/v1-notification")
    reached(cluster, namespace, Target(f"notification.{namespace}.svc.cluster.local"))


def test_the_restricted_profile_is_enforced(cluster: Cluster, images: Callable[[str], str], namespace: str) -> None:
    """Otherwise the test above would pass for any pod."""
    image = images("notification-v1")
    with pytest.raises(CommandFailed, match="violates PodSecurity"):
        kubectl(cluster, "run", "careless", f"--image={image}", "--namespace", namespace)


def test_one_service_reaches_two_and_two_pods_of_both_versions(
    cluster: Cluster, images: Callable[[str], str], namespace: str
) -> None:
    """Each connection goes to any of the four pods: 10 to 70 of 80 all but certainly (p < 1e-11 otherwise)."""
    deploy(cluster, namespace, images, replicas=2)
    apply(cluster, namespace, service("both", {"app": "notification"}))
    eventually(lambda: _endpoints(cluster, namespace, "both"), lambda ready: ready == 4)
    reached(cluster, namespace, Target("both"))
    answers = request(cluster, namespace, Target("both"), count=80)
    assert answers.total() == answers[says("V1")] + answers[says("V2")] == 80
    assert 10 <= answers[says("V2")] <= 70


def _endpoints(cluster: Cluster, namespace: str, name: str) -> int:
    slices = get(cluster, namespace, "endpointslices", f"--selector=kubernetes.io/service-name={name}")["items"]
    return sum(endpoint["conditions"]["ready"] for each in slices for endpoint in each.get("endpoints") or [])


def test_this_process_reaches_services_and_node_ports_of_our_own_node(
    cluster: Cluster, machine: None, images: Callable[[str], str], namespace: str
) -> None:
    """So that load and clients need not run in pods."""
    assert cluster.node is not None
    apply(cluster, namespace, notification("v1", images("notification-v1")))
    apply(cluster, namespace, service("entry", {"version": "v1"}, kind="NodePort"))
    wait(cluster, namespace, "--for=condition=Available", "deployment/v1-notification")
    spec = get(cluster, namespace, "service/entry")["spec"]
    for host, port in ((spec["clusterIP"], PORT), (cluster.node.where.node, spec["ports"][0]["nodePort"])):
        eventually(partial(ask, host, port), lambda answer: answer == says("V1"))


def ask(host: str, port: int) -> str:
    """From this side of the node's network."""
    connection = HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", HEALTH)
        answer = connection.getresponse()
        return f"{answer.status} {answer.read().decode()}"
    except OSError as not_yet:
        return type(not_yet).__name__
    finally:
        connection.close()


def test_a_gateway_splits_requests_by_weight(
    cluster: Cluster, traefik: None, images: Callable[[str], str], namespace: str
) -> None:
    """Traefik's weighted round robin is exact but for where it begins."""
    deploy(cluster, namespace, images, replicas=1)
    apply(cluster, namespace, *(service(each, {"version": each}) for each in ("v1", "v2")), gateway("entry"))
    apply(cluster, namespace, route("notification", "entry", entry(namespace).headers["Host"], {"v1": 95, "v2": 5}))
    reached(cluster, namespace, entry(namespace))
    answers = request(cluster, namespace, entry(namespace), count=200)
    assert answers.total() == answers[says("V1")] + answers[says("V2")] == 200
    assert abs(answers[says("V2")] - 10) <= 1


def test_a_gateways_new_weights_take_effect(
    cluster: Cluster, traefik: None, images: Callable[[str], str], namespace: str
) -> None:
    deploy(cluster, namespace, images, replicas=1)
    apply(cluster, namespace, *(service(each, {"version": each}) for each in ("v1", "v2")), gateway("entry"))
    for weights, only in (({"v1": 100, "v2": 0}, "V1"), ({"v1": 0, "v2": 100}, "V2")):
        apply(cluster, namespace, route("notification", "entry", entry(namespace).headers["Host"], weights))
        eventually(
            lambda: request(cluster, namespace, entry(namespace), count=10),
            lambda answers, only=only: answers == {says(only): 10},  # type: ignore[misc]
        )
