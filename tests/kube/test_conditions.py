"""The six conditions, and when their times change."""

from __future__ import annotations

from msgspec.structs import replace

from serinus.judge.judge import Evidence
from serinus.judge.verdict import Verdict
from serinus.kube.conditions import Condition, conditions, dated, refusal
from serinus.kube.routing import Sighting
from serinus.release.decide import decide
from serinus.release.status import Phase
from serinus.release.telemetry import NOTHING_KNOWN, Remark, Telemetry
from serinus.release.world import Route, World
from tests.release.builders import ERROR, UNDECIDED, a_world


def found(
    world: World,
    message: str = "",
    refused: str = "",
    telemetry: Telemetry = NOTHING_KNOWN,
    verdict: Verdict = UNDECIDED,
) -> dict[str, Condition]:
    plan = decide(world, Evidence(), verdict, 1000.0)
    return {each.type: each for each in conditions(world, plan, Sighting(world.route, message), refused, telemetry)}


def test_there_are_six_of_them_and_a_new_version_sets_them_in_motion() -> None:
    seen = found(a_world())
    assert set(seen) == {"Ready", "Progressing", "TelemetryHealthy", "TrafficSplitVerified", "Promoted", "Finished"}
    assert (seen["Ready"].status, seen["Progressing"].status, seen["Finished"].status) == ("True", "True", "False")


def test_what_is_missing_is_the_reason_for_not_being_ready() -> None:
    missing = found(replace(a_world(), canary=None))["Ready"]
    assert (missing.status, missing.reason) == ("False", "DeploymentMissing")
    assert "v2-notification-microservice" in missing.message
    lost = found(replace(a_world(), route=None), "Service 's' does not exist.")["Ready"]
    assert (lost.reason, lost.message) == ("RouteNotReady", "Service 's' does not exist.")


def test_one_name_in_x_ray_for_both_versions_is_named_with_its_remedy() -> None:
    world = a_world()
    assert world.canary is not None
    same = found(replace(world, canary=replace(world.canary, service="V1-Notification-Microservice")))["Ready"]
    assert same.reason == "SameServiceName"
    assert "AWS_XRAY_TRACING_NAME" in same.message


def test_a_command_nobody_can_read_is_said() -> None:
    assert found(a_world(), refused="annotation: wrong")["Ready"] == Condition(
        "Ready", "True", "CommandRefused", "annotation: wrong"
    )


def test_a_split_that_was_not_measured_is_unknown_and_a_warning_is_shown() -> None:
    seen = found(replace(a_world(), route=Route(0.0)), "2 strangers")["TrafficSplitVerified"]
    assert (seen.status, seen.message) == ("Unknown", "2 strangers")


def analysing() -> World:
    world = a_world()
    assert world.canary is not None
    return replace(
        world, status=replace(world.status, phase=Phase.ANALYSING, canary_version=world.canary.version, run=1)
    )


def test_a_sampling_rule_that_is_refused_is_said_with_its_remedy_and_makes_nobody_blind() -> None:
    refused = Telemetry(sampling=Remark("SamplingQuota", "delete one"))
    seen = found(analysing(), telemetry=refused)["TelemetryHealthy"]
    assert (seen.status, seen.reason, seen.message) == ("True", "SamplingQuota", "delete one")
    assert found(analysing())["TelemetryHealthy"].reason == "Undecided"
    blind = found(analysing(), telemetry=refused, verdict=ERROR)["TelemetryHealthy"]
    assert (blind.status, blind.reason) == ("False", "TelemetryGap")
    assert found(a_world())["TelemetryHealthy"].reason == "NoRun"


def test_what_hinders_comes_first_and_what_was_found_good_is_said_where_no_run_is() -> None:
    hindered = Telemetry(Remark("IndexedInPart", "index all."), sampling=Remark("SamplingQuota", "delete one"))
    for world, verdict in ((a_world(), UNDECIDED), (analysing(), UNDECIDED), (analysing(), ERROR)):
        seen = found(world, telemetry=hindered, verdict=verdict)["TelemetryHealthy"]
        assert (seen.status, seen.reason, seen.message) == ("False", "IndexedInPart", "index all.")
    fit = Telemetry(fit="X-Ray answers.")
    at_rest = found(replace(a_world(), status=replace(a_world().status, promoted="V2")), telemetry=fit)
    assert (at_rest["TelemetryHealthy"].status, at_rest["TelemetryHealthy"].reason) == ("True", "PreflightPassed")
    assert found(analysing(), telemetry=fit)["TelemetryHealthy"].reason == "Undecided"


def test_the_time_is_that_of_the_last_change_of_status() -> None:
    first = dated((Condition("Ready", "False", "A", "a"),), [], 1, 0.0)
    second = dated((Condition("Ready", "False", "B", "b"),), first, 2, 60.0)
    third = dated((Condition("Ready", "True", "C", "c"),), second, 2, 120.0)
    times = [each[0]["lastTransitionTime"] for each in (first, second, third)]
    assert times == ["1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-01-01T00:02:00Z"]
    assert second[0]["reason"] == "B"


def test_a_refusal_is_neither_ready_nor_progressing() -> None:
    assert {each.status for each in refusal("AlreadySteered", "by another")} == {"False"}
