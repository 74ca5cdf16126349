"""Every question to Kubernetes counts once, with its verb and how it went."""

from __future__ import annotations

import pytest

from serinus.errors import ClusterError
from serinus.kube.counted import Counted
from serinus.kube.kinds import DEPLOYMENT, EVENT, LEASE
from tests.kube.fake import FakeApi, deployment


async def test_each_verb_is_counted_and_answers_as_before() -> None:
    fake, counted = FakeApi(), list[tuple[str, str, str]]()
    api = Counted(fake, lambda *each: counted.append(each))
    fake.put(DEPLOYMENT, deployment("v1", "n:5.0.0", 4, "V1"))
    assert (await api.get(DEPLOYMENT, "shop", "v1") or {})["spec"]["replicas"] == 4
    assert len(await api.find(DEPLOYMENT, "shop", {})) == 1
    assert await api.apply(DEPLOYMENT, "shop", "v1", {"spec": {"replicas": 2}}, "scale")
    assert await api.create(EVENT, "shop", {"metadata": {"name": "e"}})
    await api.delete(DEPLOYMENT, "shop", "v1")
    assert counted == [
        ("get", "deployments", "answered"),
        ("list", "deployments", "answered"),
        ("apply", "deployments", "answered"),
        ("create", "events", "answered"),
        ("delete", "deployments", "answered"),
    ]


async def test_without_an_answer_it_has_failed() -> None:
    fake, counted = FakeApi(), list[tuple[str, str, str]]()
    fake.fails = True
    with pytest.raises(ClusterError):
        await Counted(fake, lambda *each: counted.append(each)).replace(LEASE, "serinus", {"metadata": {"name": "l"}})
    with pytest.raises(ClusterError):
        await Counted(fake, lambda *each: counted.append(each)).edit(DEPLOYMENT, "shop", "v1", [])
    assert counted == [("replace", "leases", "failed"), ("patch", "deployments", "failed")]
