"""Leadership over an API in memory, and the fence around writes."""

from __future__ import annotations

import pytest

from serinus.errors import ClusterError
from serinus.kube.kinds import LEASE, RELEASE
from serinus.kube.leadership import Alone, Fenced, Leadership
from serinus.kube.lease import NAME
from tests.kube.fake import FakeApi


async def test_the_first_leads_and_hands_over_when_it_ends() -> None:
    api = FakeApi()
    one, two = Leadership(api, "serinus", "one"), Leadership(api, "serinus", "two")
    await one.acquire()
    assert one.holds()
    assert not await two._take()
    await one.release()
    assert not one.holds()
    await two.acquire()
    assert two.holds()
    await one.release()
    assert api.at(LEASE, NAME, "serinus")["spec"]["holderIdentity"] == "two"


async def test_an_api_that_does_not_answer_is_no_leadership() -> None:
    api = FakeApi()
    api.fails = True
    candidate = Leadership(api, "serinus", "one")
    assert not await candidate._take()
    assert not candidate.holds()
    await candidate.release()


async def test_without_leadership_everything_may_be_read_and_nothing_written() -> None:
    api = FakeApi()
    fenced = Fenced(api, Leadership(api, "serinus", "one"))
    assert await fenced.get(RELEASE, "shop", "x") is None
    assert await fenced.find(RELEASE, "shop", {}) == []
    for write in (
        fenced.apply(RELEASE, "shop", "x", {}),
        fenced.edit(RELEASE, "shop", "x", []),
        fenced.create(RELEASE, "shop", {}),
        fenced.replace(RELEASE, "shop", {}),
        fenced.delete(RELEASE, "shop", "x"),
    ):
        with pytest.raises(ClusterError, match="leads no more"):
            await write
    assert api.objects == {}


async def test_a_leader_writes_through_the_fence() -> None:
    api = FakeApi()
    fenced = Fenced(api, Alone())
    document = {"metadata": {"name": "x"}, "spec": {"a": 1}}
    assert await fenced.create(RELEASE, "shop", document)
    assert not await fenced.create(RELEASE, "shop", document)
    assert await fenced.apply(RELEASE, "shop", "x", {"spec": {"a": 2}})
    assert api.at(RELEASE, "x")["spec"] == {"a": 2}
    await fenced.delete(RELEASE, "shop", "x")
    assert api.objects == {}
