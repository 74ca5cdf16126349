"""Numbers flow in; the addresses of different nodes never meet, and none is another's machine."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from itertools import combinations

import pytest

from tests.node.addresses import NODES, addresses, checked_name

TESTING = ip_network("198.18.0.0/15")


def networks(number: int) -> list[str]:
    where = addresses(number)
    return [f"{where.machine}/30", where.pods, where.services]


def test_no_two_networks_of_any_two_nodes_overlap_and_all_are_for_tests_of_networks() -> None:
    every = [ip_network(text, strict=False) for number in range(NODES) for text in networks(number)]
    assert all(network.subnet_of(TESTING) for network in every)  # type: ignore[arg-type]
    assert not any(one.overlaps(other) for one, other in combinations(every, 2))


def test_the_first_service_address_is_kubernetes_itself() -> None:
    where = addresses(3)
    assert ip_address(where.kubernetes) == next(iter(ip_network(where.services).hosts()))


def test_a_links_name_fits_the_kernels_fifteen_characters() -> None:
    assert len(addresses(NODES - 1).link) <= 15


@pytest.mark.parametrize("number", [-1, NODES])
def test_other_numbers_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match=rf"number: .* not {number}"):
        addresses(number)


@pytest.mark.parametrize("name", ["", "..", "a/b", "A", "a-", "-a", "a" * 41, "a\n"])
def test_names_that_would_not_stay_in_their_directory_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name: must be"):
        checked_name(name)


def test_usual_names_pass() -> None:
    assert [checked_name(name) for name in ("a", "serinus", "journeys-123")] == ["a", "serinus", "journeys-123"]
