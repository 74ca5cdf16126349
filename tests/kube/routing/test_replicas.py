"""What only the router by replica counts does."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from serinus.kube.routing.replicas import ratio
from serinus.kube.workloads import Pair, Version
from tests.kube.fake import endpoint_slice, pod


def a_pair(stable: int, canary: int) -> Pair:
    pods = {version: tuple(pod(f"{version}-{n}", version, {}) for n in range(9)) for version in ("v1", "v2")}
    return Pair(Version("v1", {}, pods["v1"][:stable]), Version("v2", {}, pods["v2"][:canary]))


@given(stable=st.integers(0, 9), canary=st.integers(0, 9), ending=st.integers(0, 9))
@settings(deadline=None)
def test_the_weight_is_the_canarys_part_of_the_pods_that_are_sent_to(stable: int, canary: int, ending: int) -> None:
    ready = {f"v1-{n}": True for n in range(stable)} | {f"v2-{n}": n >= ending for n in range(canary)}
    found = ratio("s", [endpoint_slice("s", ready)], a_pair(9, 9)).route
    served = max(0, canary - ending)
    if stable + served == 0:
        assert found is None
    else:
        assert found is not None
        assert found.weight == 100 * served / (stable + served)


def test_a_pod_in_two_slices_counts_once() -> None:
    """As with two address families."""
    slices = [endpoint_slice("s", {"v1-0": True, "v2-0": True}), endpoint_slice("s", {"v2-0": True})]
    found = ratio("s", slices, a_pair(1, 1)).route
    assert found is not None
    assert found.weight == 50


def test_pods_of_neither_deployment_are_warned_of() -> None:
    seen = ratio("s", [endpoint_slice("s", {"v1-0": True, "other-0": True})], a_pair(1, 1))
    assert seen.route is not None
    assert "1 pods of neither Deployment" in seen.message


def test_a_service_that_selects_neither_deployment_has_no_weight() -> None:
    seen = ratio("s", [endpoint_slice("s", {"other-0": True})], a_pair(1, 1))
    assert (seen.route, seen.message) == (None, "Service 's' selects no pod of the two Deployments.")


def test_a_slice_without_endpoints_is_read() -> None:
    assert ratio("s", [{"metadata": {}, "endpoints": None}], a_pair(1, 1)).message == "Service 's' has no ready pod."
