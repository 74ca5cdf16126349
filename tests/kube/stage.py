"""A shop in memory: two Deployments, a Service, a release, and what Kubernetes' controllers do after each pass."""

from __future__ import annotations

from typing import Any

from serinus.judge.judge import Evidence
from serinus.judge.verdict import Verdict
from serinus.kube.cluster import KubernetesCluster
from serinus.kube.kinds import DEPLOYMENT, ENDPOINT_SLICE, POD, RELEASE, SERVICE, Json
from serinus.release.decide import decide
from serinus.release.plan import Plan
from tests.kube.fake import FakeApi, deployment, endpoint_slice, pod, settled

NAMESPACE = "shop"
SPEC: Json = {
    "stable": {"deployment": "v1"},
    "canary": {"deployment": "v2"},
    "traffic": {"replicas": {"service": "notification", "total": 4}},
    "steps": [{"weight": 50}, {"weight": 100}],
    "bake": "1s",
}


def a_release(name: str = "notification", **spec: Any) -> Json:
    return {
        "apiVersion": "serinus.dev/v1alpha1",
        "kind": "CanaryRelease",
        "metadata": {"name": name},
        "spec": {**SPEC, **spec},
    }


class Shop:
    """`now` moves by a second a pass."""

    def __init__(self) -> None:
        self.api = FakeApi()
        self.now = 1_000.0
        self.api.put(DEPLOYMENT, deployment("v1", "n:5.0.0", 4, "V1"))
        self.api.put(DEPLOYMENT, deployment("v2", "n:6.0.0", 0, "V2"))
        self.api.put(SERVICE, {"metadata": {"name": "notification"}})
        self.api.put(RELEASE, a_release())
        self.settle()

    @property
    def status(self) -> Json:
        found: Json = self.api.at(RELEASE, "notification").get("status", {})
        return found

    def replicas(self) -> tuple[int, int]:
        stable, canary = (self.api.at(DEPLOYMENT, name)["spec"]["replicas"] for name in ("v1", "v2"))
        return stable, canary

    def settle(self) -> None:
        """Pods become ready and the Service sends to them."""
        ready = {}
        for version in ("v1", "v2"):
            settled(self.api, version)
            for number in range(self.api.at(DEPLOYMENT, version)["spec"]["replicas"]):
                labels = {"app": "notification", "version": version}
                ready[self.api.put(POD, pod(f"{version}-{number}", version, labels))["metadata"]["name"]] = True
        self.api.put(ENDPOINT_SLICE, endpoint_slice("notification", ready))

    async def step(self, verdict: Verdict) -> Plan:
        """One pass of a controller that has just started, and what follows of it."""
        cluster = KubernetesCluster(self.api, NAMESPACE, lambda: self.now)
        world = await cluster.observe("notification")
        plan = decide(world, Evidence(), verdict, self.now)
        await cluster.apply("notification", plan)
        self.now += 1
        self.settle()
        return plan

    async def until(self, phase: str, verdict: Verdict, passes: int = 60) -> None:
        for _ in range(passes):
            await self.step(verdict)
            if self.status["phase"] == phase:
                return
        raise AssertionError(f"after {passes} passes still {self.status}")
