"""EDGE A cluster's releases, seen and steered by a person. In: a kubeconfig's context. Out: what `Source` asks for.
Reads CanaryReleases, CanaryRuns and Deployments; writes one annotation, which the operator sees in its next World.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx2
import msgspec
import yaml
from lightkube.config.kubeconfig import DEFAULT_KUBECONFIG, KubeConfig, SingleConfig
from lightkube.core.client import Client
from lightkube.core.exceptions import ConfigError
from lightkube.generic_resource import create_global_resource, create_namespaced_resource
from lightkube.types import PatchType

from serinus.cli.login import login_name
from serinus.cli.options import Where, kubeconfigs
from serinus.cli.progress import Pods, Snapshot, Tally
from serinus.cli.source import Standing, elapsed, unknown
from serinus.errors import ClusterError, InvalidInput
from serinus.kube.api import NOT_FOUND, status_of
from serinus.kube.documents import release_status, run_of
from serinus.kube.kinds import COMMAND, DEPLOYMENT, RELEASE, RELEASE_LABEL, RUN, Json, Kind
from serinus.kube.objects import run_name
from serinus.kube.observe import command_of
from serinus.kube.workloads import ready, service_of, version_of
from serinus.release.run import Run
from serinus.release.spec import parse_release
from serinus.release.status import Status
from serinus.release.world import Command

T = TypeVar("T")
FIELD_MANAGER: Final = "serinus-cli"
SECONDS: Final = 10.0
MISSHAPEN: Final = (LookupError, TypeError, AttributeError, ValueError, yaml.YAMLError)
ALL: Final = "*"
NO_KIND: Final = "the cluster knows no CanaryRelease; install Serinus there first: kubectl apply -k deploy/overlays/…"


class Kubernetes:
    """The releases of one namespace, or of all when `namespace` is `*`: then releases are only listed."""

    def __init__(self, client: Client, namespace: str) -> None:
        self._client: Any = client
        self._namespace = namespace

    def documents(self) -> tuple[Json, ...]:
        found = _answer(
            f"list CanaryReleases in {self._place()}",
            lambda: [_plain(one) for one in self._client.list(_resource(RELEASE), namespace=self._namespace)],
        )
        if found is None:
            raise ClusterError(NO_KIND)
        return tuple(sorted(found, key=_key))

    def standing(self, name: str) -> Standing:
        document = self._get(RELEASE, name)
        if document is None:
            raise self._unknown(name)
        release = parse_release({key: document[key] for key in ("apiVersion", "kind", "metadata", "spec")})
        status = release_status(document.get("status")) or Status()
        run = (run_of(self._get(RUN, run_name(name, status.run))) if status.run else None) or Run()
        stable = self._get(DEPLOYMENT, release.spec.stable.deployment)
        canary = self._get(DEPLOYMENT, release.spec.canary.deployment)
        seen = Snapshot(release, status, run, pods(stable), pods(canary), Tally(), elapsed(run, time.time()))
        services = (service_of(stable) if stable else "", service_of(canary) if canary else "")
        version = version_of(canary) if canary else ""
        return Standing(seen, document, version, images(canary), services, command_of(document))

    def record(self, name: str) -> tuple[str, Run]:
        """Of a release its newest run, or the run of this name; with its own name. InvalidInput: there is neither."""
        status = release_status((self._get(RELEASE, name) or {}).get("status"))
        called = run_name(name, status.run) if status and status.run else name
        found = run_of(self._get(RUN, called))
        if found is None:
            raise InvalidInput("--run", f"must be a run of {self._place()}, or a release that has had one", name)
        return f"{self._namespace}/{called}", found

    def runs(self, name: str) -> tuple[Run, ...]:
        labels = {RELEASE_LABEL: name}
        documents = _answer(
            f"list CanaryRuns of {self._namespace}/{name}",
            lambda: [
                _plain(one) for one in self._client.list(_resource(RUN), namespace=self._namespace, labels=labels)
            ],
        )
        found = [run for one in documents or () if (run := run_of(one))]
        return tuple(sorted(found, key=lambda run: -run.number))

    def ask(self, name: str, command: Command) -> None:
        fields = {"metadata": {"annotations": {COMMAND: msgspec.json.encode(command).decode()}}}
        of = {"namespace": self._namespace, "patch_type": PatchType.MERGE}
        asked = f"annotate CanaryRelease {self._namespace}/{name}"
        if _answer(asked, lambda: self._client.patch(_resource(RELEASE), name, fields, **of)) is None:
            raise self._unknown(name)

    def person(self) -> str:
        """As the cluster names who asks; the login name where it does not say."""
        review: Any = create_global_resource("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews")
        try:
            found = _answer("ask the cluster who asks", lambda: self._client.create(review({"metadata": {}})))
        except ClusterError:
            found = None
        named = dict(found or {}).get("status", {}).get("userInfo", {}).get("username")
        return str(named or login_name())

    def ended(self) -> str:
        """A cluster does not end; an operator that is gone comes back."""
        return ""

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _get(self, kind: Kind, name: str) -> Json | None:
        return _answer(
            f"get {kind.name} {self._namespace}/{name}",
            lambda: _plain(self._client.get(_resource(kind), name, namespace=self._namespace)),
        )

    def _unknown(self, name: str) -> InvalidInput:
        return unknown(name, tuple(one["metadata"]["name"] for one in self.documents()), self._place())

    def _place(self) -> str:
        return "all namespaces" if self._namespace == ALL else f"namespace {self._namespace}"


def connect(where: Where) -> Kubernetes:
    """The cluster that the options mean. InvalidInput: no kubeconfig, or no such context."""
    try:
        config = configuration(where.kubeconfig, where.context)
        client = Client(config, field_manager=FIELD_MANAGER, timeout=httpx2.Timeout(SECONDS))
    except (ConfigError, OSError, *MISSHAPEN) as error:
        said = " ".join(str(error).split())
        rule = f"must be a kubeconfig that can be used ({type(error).__name__}: {said})"
        raise InvalidInput("--kubeconfig", rule, str(where.kubeconfig or default_kubeconfig())) from error
    return Kubernetes(client, ALL if where.everywhere else where.namespace or config.namespace)


def configuration(given: Path | None, context: str | None) -> SingleConfig:
    """Of the file given; else of the first file of KUBECONFIG that has the context, else of ~/.kube/config, else of the
    pod's service account. InvalidInput: none of them has this context. Raises lightkube's ConfigError.
    """
    files = [given] if given else kubeconfigs()
    if not files:
        return _chosen(_service_account(), None)
    configs = [KubeConfig.from_file(file) for file in files]
    wanted = [one for one in configs if (context in one.contexts if context else one.current_context)]
    if context and not wanted:
        known = sorted(name for one in configs for name in one.contexts)
        raise InvalidInput("--context", f"must be one of {', '.join(known) or 'none at all'}", context)
    return _chosen((wanted or configs)[0], context)


def default_kubeconfig() -> str:
    """Where kubectl looks."""
    return os.environ.get("KUBECONFIG") or DEFAULT_KUBECONFIG


def _service_account() -> KubeConfig:
    try:
        return KubeConfig.from_service_account()
    except ConfigError as error:
        raise InvalidInput("--kubeconfig", "must name a file, or a demo must be here", default_kubeconfig()) from error


def _chosen(config: KubeConfig, context: str | None) -> SingleConfig:
    found = config.get(context)
    assert found is not None
    return found


def pods(deployment: Json | None) -> Pods:
    """Replicas of a Deployment; none when there is none."""
    if deployment is None:
        return Pods()
    return Pods(ready=ready(deployment), desired=int(deployment["spec"].get("replicas", 1)))


def images(deployment: Json | None) -> tuple[str, ...]:
    """What its containers run."""
    containers = deployment["spec"]["template"]["spec"]["containers"] if deployment else []
    return tuple(str(one["image"]) for one in containers)


def _answer(asked: str, call: Callable[[], T]) -> T | None:
    """None: there is no such object, or no such kind."""
    try:
        return call()
    except httpx2.HTTPError as error:
        if status_of(error) == NOT_FOUND:
            return None
        raise ClusterError(f"{asked}: {str(error) or type(error).__name__}") from error
    except ConfigError as error:
        raise ClusterError(f"{asked}: {error}") from error


def _plain(found: Any) -> Json:
    """Without `managedFields`, which kubectl does not show either."""
    document = dict(found)
    return document | {"metadata": {key: one for key, one in document["metadata"].items() if key != "managedFields"}}


def _key(document: Json) -> tuple[str, str]:
    metadata = document["metadata"]
    return str(metadata.get("namespace", "")), str(metadata["name"])


def _resource(kind: Kind) -> Any:
    return create_namespaced_resource(kind.group, kind.version, kind.name, kind.plural)
