"""An operator's logs of evidence before a real API server, which says whose a token is and what they may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from serinus.cli.operator import logged_in
from serinus.kube.api import configuration
from serinus.kube.evidence import AUDIENCE, PATH, offered
from serinus.kube.rbac import ACCOUNT, CONSOLE_ACCOUNT, NAMESPACE
from tests.journeys.controlplane import ControlPlane, control_plane

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]
OVERLAY = Path(__file__).parents[2] / "deploy/overlays/eks"


@pytest.fixture
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """Serinus installed as its overlay says."""
    with control_plane(tmp_path_factory.mktemp("plane")) as running:
        running.kubectl("apply", "-k", str(OVERLAY))
        running.kubectl("--namespace", NAMESPACE, "create", "serviceaccount", "ida")
        yield running


async def test_they_open_for_the_consoles_own_token_and_for_no_other(plane: ControlPlane, tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/notification-1.evidence.ndjson").write_bytes(b"{}\n")
    config = configuration(plane.kubeconfig("operator", plane.token(NAMESPACE, ACCOUNT)))
    made = ("--namespace", NAMESPACE, "create", "token", "--audience", AUDIENCE)
    tokens = {
        "made for logs": plane.kubectl(*made, CONSOLE_ACCOUNT),
        "made for the API server": plane.token(NAMESPACE, CONSOLE_ACCOUNT),
        "made by nobody": "ey.ey.ey",
        "of one without the right": plane.kubectl(*made, "ida"),
    }
    path = PATH.format(namespace="shop", name="notification", run=1)
    async with (
        offered(config, logged_in(tmp_path), "127.0.0.1", 0) as port,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        answers = [await client.get(path, headers={"Authorization": f"Bearer {one}"}) for one in tokens.values()]

    assert dict(zip(tokens, (one.status_code for one in answers), strict=True)) == {
        "made for logs": 200,
        "made for the API server": 401,
        "made by nobody": 401,
        "of one without the right": 403,
    }
