"""The cluster says who somebody is and what they may; asked over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from lightkube.config.kubeconfig import KubeConfig

from serinus.errors import ClusterError
from serinus.kube.api import client_of
from serinus.kube.reviews import Reviews, Subject
from tests.cli.apiserver import ApiServer, api_server, kubeconfig

USER = {"username": "ana", "uid": "7", "groups": ["shop", "system:authenticated"], "extra": {"b": ["2"], "a": ["1"]}}
ANA = Subject("ana", ("shop", "system:authenticated"), "7", (("a", ("1",)), ("b", ("2",))))


@pytest.fixture
def server() -> Iterator[ApiServer]:
    with api_server() as running:
        yield running


@pytest.fixture
async def reviews(server: ApiServer) -> AsyncIterator[Reviews]:
    config = KubeConfig.from_dict(kubeconfig(server.url, "here")).get()
    assert config is not None
    client = client_of(config)
    yield Reviews(client)
    await client.close()


async def test_a_token_is_somebodys_or_nobodys(server: ApiServer, reviews: Reviews) -> None:
    server.tokens["good"] = USER

    assert await reviews.subject("good") == ANA
    assert await reviews.subject("bad") is None
    assert server.reviews[0] == {"token": "good"}


async def test_a_token_for_another_audience_is_nobodys(server: ApiServer, reviews: Reviews) -> None:
    server.tokens |= {"ours": USER | {"audiences": ["serinus"]}, "theirs": USER | {"audiences": ["vault"]}}

    assert await reviews.subject("ours", ("serinus", "other")) == ANA
    assert await reviews.subject("theirs", ("serinus",)) is None


async def test_a_reviewer_that_knows_nothing_of_audiences_is_not_believed(server: ApiServer, reviews: Reviews) -> None:
    server.tokens["good"] = USER | {"audiences": []}

    assert await reviews.subject("good") == ANA
    assert await reviews.subject("good", ("serinus",)) is None


async def test_a_right_is_asked_for_with_all_that_the_cluster_knows_of_a_person(
    server: ApiServer, reviews: Reviews
) -> None:
    server.rights = {("shop", "promote", "shop")}

    assert await reviews.allowed(ANA, "promote", "shop")
    assert not await reviews.allowed(ANA, "promote", "pay")
    assert not await reviews.allowed(ANA, "promote", "")
    assert not await reviews.allowed(ANA, "abort", "shop")
    first, _, everywhere, _ = server.reviews
    assert first == {
        "user": "ana",
        "groups": ["shop", "system:authenticated"],
        "uid": "7",
        "extra": {"a": ["1"], "b": ["2"]},
        "resourceAttributes": {
            "group": "serinus.dev",
            "resource": "canaryreleases",
            "verb": "promote",
            "namespace": "shop",
        },
    }
    assert "namespace" not in everywhere["resourceAttributes"]


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_a_cluster_that_refuses_the_question_is_an_error_that_does_not_repeat_the_token(
    server: ApiServer, reviews: Reviews, status: int
) -> None:
    server.refuses = status
    with pytest.raises(ClusterError, match="create tokenreviews") as failure:
        await reviews.subject("secret")

    assert "secret" not in str(failure.value)
    assert failure.value.__suppress_context__
