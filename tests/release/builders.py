"""Values for tests of the release room: a release, a world, verdicts, and a cluster that obeys plans at once."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from serinus.judge.judge import Evidence
from serinus.judge.verdict import Reason, Split, Verdict, VerdictOutcome
from serinus.release.decide import decide
from serinus.release.plan import Action, Plan, SetWeight
from serinus.release.run import Counts, Run
from serinus.release.spec import CanaryRelease, parse_release
from serinus.release.status import Status
from serinus.release.world import Command, Route, Verb, Workload, World

V1, V2 = "v1-notification-microservice", "v2-notification-microservice"


def a_document(**spec: Any) -> dict[str, Any]:
    """The resource as plain objects, gateway-routed unless told otherwise."""
    return {
        "metadata": {"name": "notification"},
        "spec": {
            "stable": {"deployment": V1},
            "canary": {"deployment": V2},
            "traffic": {"gateway": {"httpRoute": "notification-clusterip-service"}},
            "steps": [{"weight": 25}, {"weight": 50}, {"weight": 100}],
            "bake": "10s",
            **spec,
        },
    }


def a_release(**spec: Any) -> CanaryRelease:
    return parse_release(a_document(**spec))


REPLICAS = {"replicas": {"service": "notification-clusterip-service", "total": 4}}


def a_world(release: CanaryRelease | None = None) -> World:
    """Before the run: stable at four pods, the canary at none, all traffic on stable."""
    return World(
        release=release or a_release(),
        status=Status(),
        run=Run(),
        stable=Workload(V1, "V1", "V1-Notification-Microservice", 4, 4),
        canary=Workload(V2, "V2", "V2-Notification-Microservice", 0, 0),
        route=Route(0.0, Counts(0, 0)),
    )


def a_verdict(outcome: VerdictOutcome) -> Verdict:
    reasons = {
        VerdictOutcome.PASS: Reason.WITHIN_MARGIN,
        VerdictOutcome.FAIL: Reason.HARM_FOUND,
        VerdictOutcome.INSUFFICIENT: Reason.UNDECIDED,
        VerdictOutcome.ERROR: Reason.TELEMETRY_GAP,
    }
    split = Split(desired=0.25, share=0.25, low=0.2, high=0.3, requests=400, e_value=0.1, agrees=True)
    return Verdict(outcome=outcome, reason=reasons[outcome], sentence=f"The sentence of {outcome}.", split=split)


PASS, FAIL, UNDECIDED, ERROR = (a_verdict(outcome) for outcome in VerdictOutcome)


def a_command(verb: Verb, *, id_: str = "1", full: bool = False) -> Command:
    return Command(id=id_, verb=verb, by="ana", reason="because", full=full)


class ObedientCluster:
    """A cluster in memory: plans take effect at once, except what a test breaks on purpose."""

    def __init__(self, world: World, *, start: float = 1000.0) -> None:
        self.world = world
        self.now = start
        self.plans: list[Plan] = []
        self.canary_ready = True
        self.route_obeys = True

    def step(self, verdict: Verdict, *, seconds: float = 1.0, command: Command | None = None) -> Plan:
        """One pass: decide on what is seen now, then let it take effect."""
        world = replace(self.world, command=command or self.world.command)
        plan = decide(world, Evidence(), verdict, self.now)
        self.plans.append(plan)
        self.world = replace(world, status=plan.status, run=plan.run)
        self.take_effect(plan.actions)
        self.now += seconds
        return plan

    def take_effect(self, actions: tuple[Action, ...]) -> None:
        """What Kubernetes and the router would do, at once."""
        for action in actions:
            self._obey(action)
        self._settle()

    def _obey(self, action: Action) -> None:
        if isinstance(action, SetWeight):
            if self.route_obeys and self.world.route:
                self.world = replace(self.world, route=replace(self.world.route, weight=float(action.weight)))
            return
        role = "stable" if action.deployment == V1 else "canary"
        workload = getattr(self.world, role)
        self.world = replace(self.world, **{role: replace(workload, desired=action.replicas)})

    def _settle(self) -> None:
        assert self.world.stable
        assert self.world.canary
        ready = self.world.canary.desired if self.canary_ready else 0
        self.world = replace(
            self.world,
            stable=replace(self.world.stable, ready=self.world.stable.desired),
            canary=replace(self.world.canary, ready=ready),
        )
        if self.world.release.spec.traffic.replicas and self.world.route:
            stable = self.world.stable.ready if self.world.stable else 0
            share = 100 * ready / (stable + ready or 1)
            self.world = replace(self.world, route=replace(self.world.route, weight=share))

    def until(self, phase: str, verdict: Verdict, *, passes: int = 50) -> Plan:
        """Passes with the same verdict until the phase is reached."""
        for _ in range(passes):
            plan = self.step(verdict)
            if plan.status.phase == phase:
                return plan
        raise AssertionError(f"{phase} was not reached; at {self.world.status}")


def serving(world: World) -> int:
    """Ready pods behind the traffic that each side gets: the application serves when this is positive."""
    assert world.stable
    assert world.canary
    assert world.route
    if world.release.spec.traffic.replicas:
        return world.stable.ready + world.canary.ready
    sides = []
    if world.route.weight < 100:
        sides.append(world.stable.ready)
    if world.route.weight > 0:
        sides.append(world.canary.ready)
    return min(sides)
