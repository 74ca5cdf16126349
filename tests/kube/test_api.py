"""What the API server's refusals mean; that it is asked rightly is proven by the journeys on Kubernetes."""

from __future__ import annotations

import pytest
from lightkube.config.kubeconfig import KubeConfig

from serinus.errors import ClusterError, NotStorable
from serinus.kube.api import connected
from serinus.kube.kinds import RUN
from tests.cli.apiserver import api_server, kubeconfig


@pytest.mark.parametrize(
    ("status", "kind"), [(422, NotStorable), (413, NotStorable), (403, ClusterError), (400, ClusterError)]
)
async def test_what_will_never_be_stored_is_told_from_what_may_be_tried_again(
    status: int, kind: type[ClusterError]
) -> None:
    with api_server() as server:
        server.refuses = status
        config = KubeConfig.from_dict(kubeconfig(server.url, "here")).get()
        assert config is not None
        async with connected(config) as api:
            with pytest.raises(ClusterError, match=rf"canaryruns shop/notification-1: .*{status}") as refused:
                await api.apply(RUN, "shop", "notification-1", {"status": {}})
    assert type(refused.value) is kind
